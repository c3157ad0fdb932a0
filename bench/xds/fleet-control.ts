import type { Variant } from "./messages.ts";

/** Clients to open. When each of them has had one more answer, the fleet reports. */
export interface FleetOptions {
  readonly port: number;
  readonly connections: number;
  readonly streams: number;
  readonly variant: Variant;
  /** What each asks for; none is everything. */
  readonly names: readonly string[];
}

export interface FleetReport {
  /** When the last stream had its answer, of the machine's monotonic clock. */
  readonly atNs: string;
  /** Of all answers together. */
  readonly bytes: number;
}
