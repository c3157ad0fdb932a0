/** What a listener shows or a channel dials with, and whom it trusts; all PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}
