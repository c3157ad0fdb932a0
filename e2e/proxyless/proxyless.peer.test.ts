import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { type EncodedResource, resource, typeUrls } from "@signalbox/envoy-api";
import { ListenerSchema } from "@signalbox/envoy-api/envoy/config/listener/v3/listener_pb.js";
import { loadAssignment } from "../envoy/support/addresses.ts";
import { ManagementServer, successfulRequests } from "../envoy/support/management-server.ts";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { ClientProcess } from "./client-process.ts";
import { NamedServer } from "./named-server.ts";
import { answersOf, SERVICE, wayTo } from "./way-to.ts";

function configuration(cluster: string, port: number): readonly EncodedResource[] {
  return [...wayTo(cluster), resource(loadAssignment(cluster, [port]))];
}

test("a gRPC client finds its server from LDS to EDS and follows updates", async (t) => {
  const [one, two, three] = await Promise.all([
    NamedServer.start(t, "one"),
    NamedServer.start(t, "two"),
    NamedServer.start(t, "three"),
  ]);
  const xds = await ManagementServer.start(t);
  xds.set(configuration("backend", one.port));
  const client = ClientProcess.start(t, xds.port, `xds:///${SERVICE}`);
  await answersOf(client, "one");

  // New endpoints of the same cluster, then another cluster.
  xds.set(configuration("backend", two.port));
  await answersOf(client, "two");
  xds.set(configuration("backend-2", three.port));
  await answersOf(client, "three");

  await client.stop();
  assert.deepEqual(client.errors, []);
  assert.deepEqual([...new Set(client.answers)], ["one", "two", "three"]);
  assert.deepEqual(xds.refusals, []);
});

test("what the client refuses is told with its reason, and mended", async (t) => {
  const one = await NamedServer.start(t, "one");
  const xds = await ManagementServer.start(t);
  const good = configuration("backend", one.port);
  const noApi = resource(create(ListenerSchema, { name: SERVICE }));
  xds.set([noApi, ...good.filter(({ typeUrl }) => typeUrl !== typeUrls.listener)]);
  const client = ClientProcess.start(t, xds.port, `xds:///${SERVICE}`);
  const refusal = await eventually("a refusal", PATIENCE_MS, async () => xds.refusals.at(0));
  assert.deepEqual([refusal.typeUrl, refusal.resources], [typeUrls.listener, [SERVICE]]);
  assert.notEqual(refusal.error.message, "");
  xds.set(good);
  await answersOf(client, "one");
  await client.stop();
  assert.equal(xds.refusals.length, 1);
});

test("the client reports its load", async (t) => {
  const one = await NamedServer.start(t, "one");
  const xds = await ManagementServer.start(t);
  xds.set(configuration("backend", one.port));
  const client = ClientProcess.start(t, xds.port, `xds:///${SERVICE}`);
  const reported = (): number => successfulRequests(xds.loadReports, "backend");
  await eventually("a report", PATIENCE_MS, async () => (reported() >= 20 ? true : undefined));
  await client.stop();
  assert.ok(reported() <= client.answers.length);
  assert.equal(xds.loadReports[0]?.nodeId, "proxyless");
});
