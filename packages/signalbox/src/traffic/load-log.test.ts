import assert from "node:assert/strict";
import { it } from "node:test";
import { create } from "@bufbuild/protobuf";
import { ClusterStatsSchema } from "@signalbox/envoy-api/envoy/config/endpoint/v3/load_report_pb.js";
import type { ClusterStats } from "@signalbox/xds/load-report";
import { nodeOf } from "./testing/node-of.ts";
import { LoadLog } from "./load-log.ts";

const NODE = nodeOf("edge-1");

function stats(clusterName: string, count = 1): ClusterStats[] {
  const locality = {
    totalSuccessfulRequests: 10n,
    totalErrorRequests: 2n,
    totalRequestsInProgress: 1n,
  };
  return Array.from({ length: count }, () =>
    create(ClusterStatsSchema, {
      clusterName,
      upstreamLocalityStats: [locality, locality],
      totalDroppedRequests: 3n,
      loadReportInterval: { seconds: 10n, nanos: 4_000_000 },
    }),
  );
}

it("a cluster's numbers are those of all its localities", () => {
  const log = new LoadLog();
  log.report(7, NODE, stats("web"), 1_000);
  const counts = { succeeded: 20, failed: 4, dropped: 3, inProgress: 2, intervalMs: 10_004 };
  const cluster = { cluster: "web", service: "" };
  const clusters = [{ ...cluster, ...counts }];
  assert.deepEqual(log.all(), [{ at: 1_000, streamId: 7, node: NODE, clusters }]);
});

it("a report takes the place of the one before, and goes with its stream", () => {
  const log = new LoadLog();
  log.report(1, NODE, [...stats("a"), ...stats("b")], 1);
  log.report(2, NODE, stats("c"), 2);
  log.report(1, NODE, stats("d"), 3);
  assert.deepEqual(
    log.all().flatMap(({ clusters }) => clusters.map(({ cluster }) => cluster)),
    ["c", "d"],
  );
  log.forget(2);
  log.forget(2);
  assert.deepEqual(
    log.all().map(({ streamId }) => streamId),
    [1],
  );
});

it("of one client a thousand clusters are kept, of all the last hundred thousand", () => {
  const log = new LoadLog();
  const report = stats("a", 1_500);
  for (let stream = 1; stream <= 101; stream++) log.report(stream, NODE, report, stream);
  const reports = log.all();
  assert.deepEqual([reports.length, reports[0]?.streamId], [100, 2]);
  assert.ok(reports.every(({ clusters }) => clusters.length === 1_000));
});
