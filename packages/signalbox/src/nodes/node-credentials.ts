import type { TlsIdentity } from "../credentials/tls-identity.ts";

/** One that is issued anew from time to time. */
export interface NodeCertificate {
  current(): TlsIdentity;
  /** Told each time when there is a new one. @returns what stops it */
  onChange(listener: (identity: TlsIdentity) => void): () => void;
}

/** What the daemon shows. */
export interface NodeCredentials {
  /** To callers. */
  readonly server: NodeCertificate;
  /** To machines: of the role `os:impersonator`, which lets it speak for callers. */
  readonly client: NodeCertificate;
}
