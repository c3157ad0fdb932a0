import type { Node } from "@signalbox/xds";
import type { ClusterStats } from "@signalbox/xds/load-report";

/** What a client measured of one cluster in the time of its last report. */
export interface ClusterLoad {
  readonly cluster: string;
  /** How the cluster asks for its endpoints; empty where that is its name. */
  readonly service: string;
  /** What the numbers are of; those in progress are of its end. */
  readonly intervalMs: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Given up before they went to an endpoint. */
  readonly dropped: number;
  readonly inProgress: number;
}

/** The last report of one client. */
export interface LoadReport {
  /** Wall-clock time, milliseconds since the epoch. */
  readonly at: number;
  readonly streamId: number;
  readonly node: Node;
  readonly clusters: readonly ClusterLoad[];
}

/** What is kept of one client, and of all. */
const MAX_CLUSTERS = 1_000;
const MAX_CLUSTERS_OF_ALL = 100_000;

/** The last load report of every client that is connected. */
export class LoadLog {
  /** By stream; who reported last is last. */
  readonly #reports = new Map<number, LoadReport>();
  #clusters = 0;

  /** Takes the place of what the stream reported before. */
  report(streamId: number, node: Node, stats: readonly ClusterStats[], at: number): void {
    this.forget(streamId);
    const clusters = stats.slice(0, MAX_CLUSTERS).map(loadOf);
    this.#reports.set(streamId, { at, streamId, node, clusters });
    this.#clusters += clusters.length;
    for (const oldest of this.#reports.keys()) {
      if (this.#clusters <= MAX_CLUSTERS_OF_ALL) break;
      this.forget(oldest);
    }
  }

  /** The stream is over. */
  forget(streamId: number): void {
    this.#clusters -= this.#reports.get(streamId)?.clusters.length ?? 0;
    this.#reports.delete(streamId);
  }

  /** In the order in which they came. */
  all(): readonly LoadReport[] {
    return [...this.#reports.values()];
  }
}

function loadOf(stats: ClusterStats): ClusterLoad {
  const { upstreamLocalityStats: localities, loadReportInterval: interval } = stats;
  const total = (count: (locality: (typeof localities)[number]) => bigint): number =>
    Number(localities.reduce((sum, locality) => sum + count(locality), 0n));
  return {
    cluster: stats.clusterName,
    service: stats.clusterServiceName,
    intervalMs: Math.round(Number(interval?.seconds ?? 0n) * 1e3 + (interval?.nanos ?? 0) / 1e6),
    succeeded: total((locality) => locality.totalSuccessfulRequests),
    failed: total((locality) => locality.totalErrorRequests),
    dropped: Number(stats.totalDroppedRequests),
    inProgress: total((locality) => locality.totalRequestsInProgress),
  };
}
