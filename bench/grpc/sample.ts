/** What both sides of the gRPC bench know. */
export const ECHO_PATH = "/bench.Bench/Echo";
export const HOLD_PATH = "/bench.Bench/Hold";

/** Who serves: ours, grpc-js, or node:http2 without any logic. */
export type Side = "ours" | "grpc-js" | "bare";

/** What a server process answers when it is asked. */
export interface Usage {
  /** CPU time that the process has used. */
  readonly cpuUs: number;
  /** Resident memory behind a garbage collection. */
  readonly rssBytes: number;
}
