import type { Attributes } from "../metrics/attributes.ts";
import type { MetricDeclarations } from "../metrics/metric-declarations.ts";
import type { CheckOutcome } from "./health-report.ts";
import type { HealthRegistry } from "./health-registry.ts";

/** Metrics about the checks of a registry, as they last ended: a scrape runs none. */
export function addHealthMetrics(metrics: MetricDeclarations, health: HealthRegistry): void {
  const each = (value: (outcome: CheckOutcome) => number): [number, Attributes][] =>
    Array.from(health.lastOutcomes(), ([check, outcome]) => [
      value(outcome),
      { check, severity: outcome.severity },
    ]);
  const labels = ["check", "severity"];
  metrics.sampled(
    "health_check_ok",
    { help: "Whether a health check passed when it last ran: 1 or 0.", labels },
    () => each(({ ok }) => (ok ? 1 : 0)),
  );
  metrics.sampled(
    "health_check_changed_timestamp_seconds",
    {
      help: "When a health check last turned well or unwell, in seconds since the epoch.",
      labels,
    },
    () => each(({ sinceMs }) => sinceMs / 1000),
  );
  metrics.sampled(
    "health_draining",
    { help: "Whether the process is shutting down: 1 or 0." },
    () => (health.isDraining ? 1 : 0),
  );
}
