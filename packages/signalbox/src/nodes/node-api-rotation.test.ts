import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import type { Data } from "#gen/common/common_pb.js";
import { LogsRequestSchema } from "#gen/machine/logs_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import { encoded, JsNodeClient, node, nodes } from "./testing/js-node-client.ts";
import { NodeRig } from "./testing/node-rig.ts";
import { useBlackHole } from "./testing/black-hole.ts";

const { version, logs } = MachineService.method;
const READER = { roles: ["os:reader"] };
const ID_A = "a0000000-0000-4000-8000-000000000001";
const ID_B = "b0000000-0000-4000-8000-000000000002";
const STREAMS = 100;

test("certificates rotate while streams run: none breaks, and new calls use the new ones", async (t) => {
  const rig = await NodeRig.use(t);
  const agent = await rig.addAgent({ id: ID_A, name: "a" });
  const other = await rig.addAgent({ id: ID_B, name: "b" });
  const client = await rig.clientFor(READER);
  const request = encoded(LogsRequestSchema, { tailLines: 2 });
  const streams = Array.from({ length: STREAMS }, (_, index) =>
    client.stream(logs, index % 2 === 0 ? node("a") : nodes("a", "b"), request),
  );
  const errors: Error[] = [];
  let received = 0;
  for (const stream of streams) {
    stream.on("error", (error) => errors.push(error)).on("data", () => received++);
  }
  // Two lines of each machine of each stream: one machine in half of them, two in the others.
  await until(() => received === STREAMS + 2 * STREAMS);

  await rig.authority.rotate({ announceMs: 3_600_000, retireMs: 24 * 3_600_000 });
  await rig.serverCertificate.renew();
  await rig.clientCertificate.renew();
  assert.deepEqual(rig.api.channels, { kept: 0, closing: 2 });

  const after = JsNodeClient.use(t, rig.address, await rig.certificateFor(READER));
  const { reply, error } = await after.unary(version, node("a"));
  assert.equal(error?.details, undefined);
  assert.equal(reply?.messages.length, 1);
  assert.equal(agent.server.connections, 2);

  agent.sayMore();
  other.sayMore();
  await until(() => received === (STREAMS + 2 * STREAMS) * 1.5);
  assert.deepEqual(errors, []);
  for (const stream of streams) stream.cancel();
  await until(() => errors.length === STREAMS && rig.api.channels.closing === 0);
});

test("a machine that is silent when certificates rotate is connected nevertheless", async (t) => {
  const clock = new VirtualClock(Date.now());
  const rig = await NodeRig.use(t, { clock, proxyLimits: { connectBudgetMs: 300 } });
  const agent = await rig.addAgent({ id: ID_A, name: "a" });
  await rig.addMachine({ id: ID_B, name: "b" });
  rig.reachAt(ID_B, await useBlackHole(t));
  const client = await rig.clientFor(READER);
  const stream = client.stream(logs, nodes("a"), encoded(LogsRequestSchema, { tailLines: -1 }));
  const chunk = once(stream, "data");
  await until(() => agent.silent === 1);
  await rig.clientCertificate.renew();
  // The budget of a later call is over after that of the stream.
  const later = client.unary(version, nodes("b"));
  await until(() => rig.api.channels.kept === 1);
  await clock.advance(300);
  const { reply } = await later;
  assert.equal(reply?.messages[0]?.metadata?.status?.code, 14);
  agent.sayMore();
  const [{ metadata, bytes }] = (await chunk) as [Data];
  assert.deepEqual([metadata?.error, Buffer.from(bytes).toString()], ["", "a"]);
  stream.on("error", () => {}).cancel();
});
