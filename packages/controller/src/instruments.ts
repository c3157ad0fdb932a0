import type { Metrics, ProblemCode } from "@signalbox/base";
import type { QueueDepth } from "./keyed-queue.ts";

/** How a reconcile ended, as a metric's label. */
export type ReconcileOutcome = "done" | "requeued" | "yielded" | "failed";

/** What one controller reports about itself. */
export interface ControllerInstruments {
  depth(depth: QueueDepth): void;
  /** How long a key was ready before a worker took it. */
  waited(ms: number): void;
  finished(outcome: ReconcileOutcome, durationMs: number): void;
  /** A failure that will be tried again. */
  retried(code: ProblemCode): void;
}

const DURATION_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 300];

/** How long the key that is next in a controller's queue has waited, of each controller. */
export type QueueAges = () => Iterable<readonly [controller: string, ageMs: number]>;

/** Declares the metrics of the controllers and answers what reports for the one named. */
export function createControllerInstruments(
  metrics: Metrics,
  ages: QueueAges = () => [],
): (controller: string) => ControllerInstruments {
  const depth = metrics.gauge({
    name: "signalbox_controller_queue_depth",
    help: "Keys in a controller's queue by state: ready, delayed, running.",
    labels: ["controller", "state"],
  });
  metrics.sampled(
    {
      name: "signalbox_controller_queue_oldest_seconds",
      help: "How long the key that is next in a controller's queue has waited for a worker.",
      labels: ["controller"],
    },
    () => Array.from(ages(), ([controller, ageMs]) => [ageMs / 1000, { controller }] as const),
  );
  const waited = metrics.histogram({
    name: "signalbox_controller_queue_wait_seconds",
    help: "How long a key was ready before a worker took it.",
    labels: ["controller"],
    buckets: DURATION_BUCKETS,
  });
  const duration = metrics.histogram({
    name: "signalbox_controller_reconcile_duration_seconds",
    help: "How long a reconcile took, by how it ended.",
    labels: ["controller", "outcome"],
    buckets: DURATION_BUCKETS,
  });
  const retries = metrics.counter({
    name: "signalbox_controller_retries_total",
    help: "Reconciles that failed and are tried again, by the problem's code.",
    labels: ["controller", "code"],
  });
  return (controller) => ({
    depth: (now) => {
      depth.set(now.ready, { controller, state: "ready" });
      depth.set(now.delayed, { controller, state: "delayed" });
      depth.set(now.running, { controller, state: "running" });
    },
    waited: (ms) => waited.observe(ms / 1000, { controller }),
    finished: (outcome, ms) => duration.observe(ms / 1000, { controller, outcome }),
    retried: (code) => retries.add({ controller, code }),
  });
}
