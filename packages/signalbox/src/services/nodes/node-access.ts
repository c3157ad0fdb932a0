import type { AuthorityGeneration } from "../../model/node-authority.ts";

/** A person's certificate, as it is asked for. */
export interface PersonOrder {
  /** PEM of a certificate request. */
  readonly request: string;
  readonly commonName: string;
  readonly roles: readonly string[];
  /** The only project whose machines it reaches; undefined: those of all. */
  readonly project?: { readonly organizationId: string; readonly projectId: string } | undefined;
  /** @default as long as any */
  readonly validMs?: number | undefined;
}

export interface PersonCertificate {
  readonly certificatePem: string;
  /** PEM of the authorities to trust. */
  readonly caPem: string;
  readonly serial: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

/** The roots of the authority. Those that sign, did, and will. */
export interface AuthorityState {
  /** Of the root that signs now. */
  readonly pin: string;
  readonly generations: readonly AuthorityGeneration[];
}

export interface JoinTokenMint {
  /** @throws Problem `not_found`, `being_deleted` */
  mint(server: { readonly id: string }): Promise<{
    readonly token: string;
    readonly expiresAt: string;
  }>;
}

/** Who is let in to machines; the daemon's authority does it. */
export interface NodeAccess {
  /** No person's certificate is valid for longer. */
  readonly maxValidMs: number;
  /** `host:port` of the node API; empty while it is off. */
  readonly endpoints: readonly string[];
  /** @throws Problem `unprocessable` for a request that is none, or whose key is not fit */
  readonly certify: (order: PersonOrder) => Promise<PersonCertificate>;
  /** Undefined while machines cannot enrol. */
  readonly joinTokens: JoinTokenMint | undefined;
  readonly state: () => Promise<AuthorityState>;
  /** Begins to bring in the next root. @throws Problem `conflict` */
  readonly rotate: () => Promise<void>;
}
