import type { KeyObject } from "node:crypto";

/** What a certificate is to say. */
export interface CertificateOrder {
  readonly commonName: string;
  /** `O`, one each: the roles of whoever shows it (node-api §3.2). */
  readonly organizations: readonly string[];
  /** DNS names. */
  readonly names: readonly string[];
  /** IP addresses. */
  readonly addresses: readonly string[];
  readonly uris: readonly string[];
  /** Its only extended key usage. */
  readonly usage: "server" | "client";
  /** Whose key it vouches for; absent: a key is made. */
  readonly publicKey?: KeyObject;
  readonly validMs: number;
}

export interface IssuedCertificate {
  readonly certificatePem: string;
  /** PKCS#8; only where the key was made here. */
  readonly keyPem?: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Lower-case hex. */
  readonly serial: string;
}

/** Signs certificates of the daemon, of machines and of people. */
export interface CertificateAuthority {
  /** PEM of every root that is to be trusted now, the signing one first. */
  readonly certificatePem: string;
  /** SHA-256 of the signing root's DER, lower-case hex: what join tokens carry. */
  readonly pin: string;
  /** What is asked for, but for a certificate that outlives the root: that ends with it. */
  issue(order: CertificateOrder): Promise<IssuedCertificate>;
}
