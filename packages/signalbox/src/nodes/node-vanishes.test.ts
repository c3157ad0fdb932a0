import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { LogsRequestSchema } from "#gen/machine/logs_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import { encoded, node } from "./testing/js-node-client.ts";
import { NodeRig } from "./testing/node-rig.ts";
import { TcpRelay } from "./testing/tcp-relay.ts";

const A = { id: "a0000000-0000-4000-8000-000000000001", name: "a" };
const UNAVAILABLE = 14;

test("a machine that goes without closing its connection: what follows it ends within half a minute", async (t) => {
  const clock = new VirtualClock(Date.now());
  const rig = await NodeRig.use(t, { clock });
  const agent = await rig.addAgent(A);
  const relay = await TcpRelay.use(t, agent.address);
  rig.reachAt(A.id, relay.address);
  const client = await rig.clientFor({ roles: ["os:reader"] });
  const request = encoded(LogsRequestSchema, { tailLines: 1 });
  const stream = client.stream(MachineService.method.logs, node("a"), request);
  let heard = 0;
  let code: number | undefined;
  stream.on("data", () => heard++).on("error", () => {});
  stream.on("status", (status) => {
    ({ code } = status);
  });
  await until(() => heard === 1);

  // As long as it answers pings the stream goes on.
  for (let asked = 0; asked < 3; asked++) {
    // oxlint-disable-next-line no-await-in-loop -- time passes step by step
    await clock.advance(10_000);
    // oxlint-disable-next-line no-await-in-loop
    assert.equal((await client.unary(MachineService.method.version, node("a"))).error, undefined);
  }
  assert.equal(code, undefined);

  relay.silence();
  await clock.advance(10_000);
  await clock.advance(20_000);
  await until(() => code !== undefined);
  assert.equal(code, UNAVAILABLE);
});
