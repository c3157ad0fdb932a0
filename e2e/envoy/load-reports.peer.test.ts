import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { startEdge } from "./support/edge.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { successfulRequests } from "./support/management-server.ts";
import { Requester } from "./support/requester.ts";

test("Envoy reports the load of its clusters", withEnvoy, async (t) => {
  const edge = await startEdge(t, "ads delta", { reportsLoad: true });
  const requester = Requester.start(t, edge.scene.listenerPort);
  // It begins to count when it is first asked for a cluster, so the first requests go unreported.
  const reported = (): number => successfulRequests(edge.server.loadReports, "backend-0");
  await eventually("a report", PATIENCE_MS, async () => (reported() >= 50 ? true : undefined));
  await requester.stop();
  assert.ok(reported() <= requester.sent);
  assert.deepEqual(requester.failed, []);
  const nodes = new Set(edge.server.loadReports.map(({ nodeId }) => nodeId));
  assert.deepEqual([...nodes], ["edge-1"]);
});
