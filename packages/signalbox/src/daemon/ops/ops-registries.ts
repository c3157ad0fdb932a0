import type { Clock, Log, Metrics } from "@signalbox/base";
import {
  addHealthMetrics,
  addProcessMetrics,
  type HealthRegistry,
  metricsPort,
  MetricsRegistry,
  type MetricsRegistryOptions,
} from "@signalbox/ops";

/** Numbers of caches, queues and the like, by part; each part adds its own. */
export type Statistics = Record<string, () => unknown>;

/** Where every part of the daemon reports. */
export interface OpsRegistries {
  readonly registry: MetricsRegistry;
  /** The registry as libraries see it. */
  readonly metrics: Metrics;
  readonly statistics: Statistics;
  /** Takes down what measures the process. */
  close(): void;
}

export interface OpsRegistriesDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly health: HealthRegistry;
  /** What measurements are examples of, such as the span under way. Default: of nothing. */
  readonly exemplar?: MetricsRegistryOptions["exemplar"];
}

export function createOpsRegistries({
  clock,
  log,
  health,
  exemplar,
}: OpsRegistriesDeps): OpsRegistries {
  const registry = new MetricsRegistry({
    clock,
    exemplar,
    onFault: (err, metric) => log.error({ err, metric }, "a metric could not be read"),
  });
  const close = addProcessMetrics(registry);
  addHealthMetrics(registry, health);
  return { registry, metrics: metricsPort(registry), statistics: {}, close };
}
