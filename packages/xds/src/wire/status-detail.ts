/** `google.rpc.Status` without its details: what a client found wrong. */
export interface StatusDetail {
  readonly code: number;
  readonly message: string;
}
