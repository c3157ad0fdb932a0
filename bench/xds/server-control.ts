/** What a bench tells a server's process; each is answered with a report. */
export type ServerCommand =
  | { readonly type: "change"; readonly index: number }
  /** Collects garbage. */
  | { readonly type: "collect" }
  | { readonly type: "report" };

export interface ServerReport {
  readonly port: number;
  /** CPU time that making the server and its resources took. */
  readonly loadMs: number;
  /** CPU time of the process so far. */
  readonly cpuMs: number;
  /** Of the machine's monotonic clock, which processes share. */
  readonly atNs: string;
  /** Streams whose first request was treated. */
  readonly clients: number;
  readonly rssMb: number;
  /** Heap and buffers. */
  readonly memoryMb: number;
}
