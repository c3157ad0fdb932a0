import { type Sample, sampleValue } from "./parse-metrics.ts";

/** One health check of the daemon. */
export interface HealthRow {
  readonly name: string;
  readonly state: "ok" | "degraded" | "failing";
  /** When it last turned well or unwell, ISO 8601; absent when the daemon does not tell. */
  readonly since?: string;
  readonly reason?: string;
}

export interface HealthReport {
  readonly status: "healthy" | "degraded" | "unhealthy";
  readonly checks: readonly HealthRow[];
}

const STATUSES = ["healthy", "degraded", "unhealthy"] as const;

/** Puts together what `/readyz` and `/metrics` say; any JSON will do. */
export function readHealthReport(body: unknown, samples: readonly Sample[]): HealthReport {
  const { status, checks } = asObject(body);
  const rows = Object.entries(asObject(checks)).map(([name, outcome]) =>
    rowOf(name, asObject(outcome), samples),
  );
  return { status: STATUSES.find((known) => known === status) ?? "unhealthy", checks: rows };
}

function rowOf(
  name: string,
  { ok, error }: Readonly<Record<string, unknown>>,
  samples: readonly Sample[],
): HealthRow {
  const seconds = sampleValue(samples, "health_check_changed_timestamp_seconds", { check: name });
  const severity = samples.find(
    (sample) => sample.name === "health_check_ok" && sample.labels["check"] === name,
  )?.labels["severity"];
  const failing = severity === "degraded" ? "degraded" : "failing";
  return {
    name,
    state: ok === true ? "ok" : failing,
    ...(seconds === undefined ? {} : { since: new Date(seconds * 1000).toISOString() }),
    ...(typeof error === "string" ? { reason: error } : {}),
  };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
