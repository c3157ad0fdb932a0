import type { Counter, Gauge, Histogram, Metrics } from "@signalbox/base";

/** What a store reports. */
export interface StoreMetrics {
  readonly commitSeconds: Histogram;
  readonly commitTransactions: Histogram;
  readonly failures: Counter;
  readonly cutOffs: Counter;
  readonly revision: Gauge;
  readonly compactedRevision: Gauge;
  readonly resources: Gauge;
  readonly watchers: Gauge;
  readonly waiting: Gauge;
  readonly sizeBytes: Gauge;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const TRANSACTIONS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** Declares what a store reports. A backend of your own reports by the same names. */
export function createStoreMetrics(metrics: Metrics): StoreMetrics {
  return {
    commitSeconds: metrics.histogram({
      name: "store_commit_seconds",
      help: "Time until a group of transactions was durable.",
      buckets: SECONDS,
    }),
    commitTransactions: metrics.histogram({
      name: "store_commit_transactions",
      help: "Transactions that shared one durable write.",
      buckets: TRANSACTIONS,
    }),
    failures: metrics.counter({
      name: "store_commit_failures_total",
      help: "Groups of transactions that could not be written.",
      labels: ["code"],
    }),
    cutOffs: metrics.counter({
      name: "store_watch_cutoffs_total",
      help: "Watches that were ended because their reader fell behind.",
    }),
    revision: metrics.gauge({ name: "store_revision", help: "The last committed revision." }),
    compactedRevision: metrics.gauge({
      name: "store_compacted_revision",
      help: "The revision up to which history is forgotten.",
    }),
    resources: metrics.gauge({
      name: "store_resources",
      help: "Resources in the present state.",
      labels: ["kind"],
    }),
    watchers: metrics.gauge({ name: "store_watchers", help: "Watches that are up to date." }),
    waiting: metrics.gauge({
      name: "store_waiting_transactions",
      help: "Transactions that wait for the write before them.",
    }),
    sizeBytes: metrics.gauge({ name: "store_size_bytes", help: "Size of the store's file." }),
  };
}
