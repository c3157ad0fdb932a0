import type { Metrics } from "@signalbox/base";

/** What is reported of the way from the store to the snapshots of xDS groups. */
export interface FeedMetrics {
  /** A commit of the store was turned into edits of snapshots. */
  applied(durationMs: number): void;
  /** The feed fell behind or failed, and begins anew. */
  readAnew(): void;
}

const SECONDS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

export function createFeedMetrics(metrics: Metrics, groups: () => number = () => 0): FeedMetrics {
  metrics.sampled(
    { name: "signalbox_xds_groups", help: "Groups of xDS nodes whose snapshots are served." },
    groups,
  );
  const seconds = metrics.histogram({
    name: "signalbox_xds_feed_commit_seconds",
    help: "Time to turn a commit of the store into edits of xDS snapshots.",
    buckets: SECONDS,
  });
  const reloads = metrics.counter({
    name: "signalbox_xds_feed_reloads_total",
    help: "Times that the store was read anew for xDS, because the feed fell behind or failed.",
  });
  return { applied: (ms) => seconds.observe(ms / 1000), readAnew: () => reloads.add() };
}
