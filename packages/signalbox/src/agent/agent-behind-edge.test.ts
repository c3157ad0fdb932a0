// The daemon's node API before real agents: one rule table on both sides.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { status } from "@grpc/grpc-js";
import { MachineService } from "#gen/machine/machine_pb.js";
import { StatfsRequestSchema, StorageService as StatfsService } from "#gen/machine/node_only_pb.js";
import { encoded, node, nodes } from "../nodes/testing/js-node-client.ts";
import { NodeRig } from "../nodes/testing/node-rig.ts";
import { recordedMachine } from "./testing/recorded-machine.ts";
import { startAgent } from "./testing/start-agent.ts";

const { version, loadAvg, bootstrap } = MachineService.method;
const MACHINES = [
  { id: "a0000000-0000-4000-8000-000000000001", name: "a", loadavg: "0.50 1.00 2.25 1/100 7\n" },
  { id: "b0000000-0000-4000-8000-000000000002", name: "b", loadavg: "nonsense" },
];

/** Two machines, one of which cannot tell its load. */
async function useMachines(t: TestContext): Promise<NodeRig> {
  const rig = await NodeRig.use(t);
  for (const { id, name, loadavg } of MACHINES) {
    const roots = await recordedMachine(t, { "proc/loadavg": loadavg });
    await rig.addMachine({ id, name });
    await startAgent(t, rig, { id, name }, { roots });
  }
  return rig;
}

test("replies of all bear their machines' names, a failure stands in its place", async (t) => {
  const reader = await (await useMachines(t)).clientFor({ roles: ["os:reader"] });
  const { reply } = await reader.unary(loadAvg, nodes("b", "a"));
  const told = new Map(
    reply?.messages.map(({ metadata, load15 }) => [
      metadata?.hostname,
      { code: metadata?.status?.code, load15 },
    ]),
  );
  assert.deepEqual(Object.fromEntries(told), {
    a: { code: undefined, load15: 2.25 },
    b: { code: status.INTERNAL, load15: 0 },
  });
});

test("an agent knows whom the daemon speaks for", async (t) => {
  const rig = await useMachines(t);
  const reader = await rig.clientFor({ roles: ["os:reader"] });
  assert.equal((await reader.unary(version, node("a"))).error, undefined);
  assert.equal((await reader.unary(bootstrap, node("a"))).error?.code, status.PERMISSION_DENIED);
  const admin = await rig.clientFor({ roles: ["os:admin"] });
  // Refused by nobody: it got as far as the machine, which does not have it.
  assert.equal((await admin.unary(bootstrap, node("a"))).error?.code, status.UNIMPLEMENTED);
});

test("a service without the envelope is asked of one machine", async (t) => {
  const reader = await (await useMachines(t)).clientFor({ roles: ["os:reader"] });
  const request = encoded(StatfsRequestSchema, { path: "/" });
  const { reply } = await reader.unary(StatfsService.method.statfs, node("a"), request);
  assert.ok((reply?.size ?? 0n) > 0n);
});
