/** The outcome of one check. */
export interface CheckOutcome {
  readonly ok: boolean;
  /** Why not; for callers who may know. */
  readonly error?: string | undefined;
  readonly severity: "fatal" | "degraded";
  /** Wall-clock time at which it last turned well or unwell. */
  readonly sinceMs: number;
}

/** The outcome of one probe. */
export interface HealthReport {
  /** `degraded`: only checks of that severity failed; the probe passes. */
  readonly status: "healthy" | "degraded" | "unhealthy";
  /** By name, in order of registration. */
  readonly checks: ReadonlyMap<string, CheckOutcome>;
}

/** The status that outcomes add up to (ops §1: no checks are healthy). */
export function reportOf(checks: ReadonlyMap<string, CheckOutcome>): HealthReport {
  let status: HealthReport["status"] = "healthy";
  for (const { ok, severity } of checks.values()) {
    if (ok) continue;
    if (severity === "fatal") return { status: "unhealthy", checks };
    status = "degraded";
  }
  return { status, checks };
}
