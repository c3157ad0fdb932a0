import type { Load } from "./measured-server.ts";
import type { Variant } from "./messages.ts";

export type FleetCommand =
  | ({ readonly type: "open" } & FleetOptions)
  /** Report now, whoever was answered. */
  | { readonly type: "count" };

/** Clients to open. When each of them has had one more answer, the fleet reports. */
export interface FleetOptions {
  readonly port: number;
  readonly connections: number;
  readonly streams: number;
  readonly variant: Variant;
  /** What each asks for; none is everything. */
  readonly names: readonly string[];
  /** What each says that it has: the server's own resources. Default: nothing. */
  readonly holds?: Load;
}

export interface FleetReport {
  /** When the last stream had its answer, of the machine's monotonic clock. */
  readonly atNs: string;
  /** Of all answers since the last time that everyone was answered. */
  readonly bytes: number;
}
