/**
 * What a probe asks: `live` whether the process must be restarted, `ready` whether it may be sent
 * work, `startup` whether it has come up (asked until it passed once, then it stays passed).
 */
export type Probe = "live" | "ready" | "startup";

/** One thing that can be well or not. */
export interface HealthCheck {
  /** Unique in its registry; what reports and `/readyz/NAME` call it. */
  readonly name: string;
  /**
   * Returns when all is well, throws what is wrong. The signal aborts when the time is up; a caller
   * that leaves does not end the run, which others may share and whose answer is kept.
   */
  readonly run: (signal: AbortSignal) => void | Promise<void>;
  /** Which probes ask it. Default: `["ready"]`. */
  readonly probes?: readonly Probe[] | undefined;
  /**
   * `fatal`: the probe fails with it. `degraded`: the report says so, and the probe passes.
   * Default: `fatal`.
   */
  readonly severity?: "fatal" | "degraded" | undefined;
  /** How long one run may take. Default: 5000. */
  readonly timeoutMs?: number | undefined;
  /** How long an answer is good for further probes. Default: 1000. */
  readonly cacheMs?: number | undefined;
}
