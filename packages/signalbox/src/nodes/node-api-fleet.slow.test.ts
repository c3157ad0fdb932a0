import assert from "node:assert/strict";
import { test } from "node:test";
import { MachineService } from "#gen/machine/machine_pb.js";
import { nodes } from "./testing/js-node-client.ts";
import { NodeRig } from "./testing/node-rig.ts";

const MACHINES = 1_000;
/** What a machine may cost the daemon; TLS takes most of it. */
const MAX_BYTES_A_MACHINE = 256 * 1024;
const PATIENCE_MS = 120_000;
const { version } = MachineService.method;

test(`${MACHINES} machines answer one call, in the order asked for, memory bounded`, async (t) => {
  // This is about memory and order; how long handshakes take is the machine's affair.
  const rig = await NodeRig.use(t, {
    proxyLimits: { connectBudgetMs: PATIENCE_MS },
    channels: { times: { minConnectTimeoutMs: PATIENCE_MS, keepaliveTimeoutMs: PATIENCE_MS } },
  });
  const ids = Array.from(
    { length: MACHINES },
    (_, index) => `a0000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  );
  const names = ids.map((_, index) => `m${String(index).padStart(4, "0")}`);
  await rig.addFleet(ids.map((id, index) => ({ id, name: names[index] ?? "" })));
  const client = await rig.clientFor({ roles: ["os:reader"] });
  const before = process.memoryUsage.rss();
  const ask = async (): Promise<number> => {
    const startMs = performance.now();
    const { reply, error } = await client.unary(version, [
      ...nodes("all"),
      ["node-order", "request"],
    ]);
    assert.equal(error?.details, undefined);
    assert.deepEqual(
      reply?.messages.map(({ metadata }) => metadata?.hostname),
      names,
    );
    assert.ok(reply.messages.every(({ metadata }) => metadata?.status === undefined));
    return performance.now() - startMs;
  };
  const coldMs = await ask();
  const warmMs = await ask();
  const perMachine = (process.memoryUsage.rss() - before) / MACHINES;
  t.diagnostic(
    `first call ${coldMs.toFixed(0)} ms, second ${warmMs.toFixed(0)} ms, ${(perMachine / 1024).toFixed(0)} KiB a machine`,
  );
  assert.equal(rig.api.channels.kept, MACHINES);
  assert.ok(perMachine < MAX_BYTES_A_MACHINE, `${perMachine} bytes a machine`);
});
