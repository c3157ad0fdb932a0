/** A certificate with its key, and the authorities that sign those of others; all PEM. */
export interface NodeIdentity {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** One that is issued anew from time to time. */
export interface NodeCertificate {
  current(): NodeIdentity;
  /** Told each time when there is a new one. @returns what stops it */
  onChange(listener: (identity: NodeIdentity) => void): () => void;
}

/** What the daemon shows. */
export interface NodeCredentials {
  /** To callers. */
  readonly server: NodeCertificate;
  /** To machines: of the role `os:impersonator`, which lets it speak for callers. */
  readonly client: NodeCertificate;
}
