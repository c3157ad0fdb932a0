/** Bytes under a key that is kept outside of the store: AES-256-GCM, each part base64. */
export interface SealedBytes {
  readonly nonce: string;
  readonly text: string;
  readonly tag: string;
}

/**
 * One root of the node authority. Who was given an older one has to learn of the next before it
 * is used, so a root goes through three times, all RFC 3339: it is accepted from the start, signs
 * from `activeFrom`, and is accepted no longer from `retiresAt`.
 */
export interface AuthorityGeneration {
  /** SHA-256 of the certificate's DER, lower-case hex. */
  readonly pin: string;
  readonly certificatePem: string;
  /** PKCS#8 DER of its private key. */
  readonly sealedKey: SealedBytes;
  readonly createdAt: string;
  readonly activeFrom: string;
  /** Absent until a successor is there. */
  readonly retiresAt?: string;
}

/** The certificate authority of daemon, machines and people; the only one has the id below. */
export interface NodeAuthority {
  /** In the order of their making. */
  readonly generations: readonly AuthorityGeneration[];
}

export const NODE_AUTHORITY_ID = "node-authority";
