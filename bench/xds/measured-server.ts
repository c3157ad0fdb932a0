/** What is served: so many assignments of so many endpoints. */
export interface Load {
  readonly resources: number;
  readonly endpoints: number;
}

/** A management server that a bench can drive. */
export interface MeasuredServer {
  /** Resolves to the port. */
  listen(host: string, port: number): Promise<number>;
  /** Changes the assignment of `cluster-INDEX`, to something it never was. */
  change(index: number): void;
  /** Streams whose first request was treated, where the server knows. */
  clients?(): number;
  close(): Promise<void>;
}
