import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  MachineStatusEvent_MachineStage as Stage,
  MachineStatusEventSchema,
  PhaseEventSchema,
} from "#gen/machine/events_pb.js";
import { type RunningAgent, startAgent } from "../../../../agent/testing/start-agent.ts";
import { recordedMachine } from "../../../../agent/testing/recorded-machine.ts";
import { NodeCliRig } from "./testing/node-cli-rig.ts";

const WEB = { id: "a0000000-0000-4000-8000-000000000001", name: "web" };
const BOOT_ID = "proc/sys/kernel/random/boot_id";

const READY = { stage: Stage.RUNNING, status: { ready: true } };
const UNREADY = { stage: Stage.RUNNING, status: { ready: false } };

interface RebootRig {
  readonly rig: NodeCliRig;
  readonly roots: Awaited<ReturnType<typeof recordedMachine>>;
}

async function useMachine(t: TestContext): Promise<RebootRig> {
  const rig = await NodeCliRig.use(t);
  await rig.nodes.addMachine(WEB);
  return { rig, roots: await recordedMachine(t, { [BOOT_ID]: "boot-1\n" }) };
}

for (const [role, told] of [
  ["os:admin", "another kernel runs"],
  ["os:operator", "it has forgotten the reboot, for who may not ask for its kernel,"],
] as const) {
  test(`reboot --wait: until ${told} and its machine is ready`, async (t) => {
    const { rig, roots } = await useMachine(t);
    const seen = Promise.withResolvers<void>();
    const power = {
      reboot: async () => {
        void seen.promise.then(async () => {
          await before.stop();
          await writeFile(join(roots.root, BOOT_ID), "boot-2\n");
          const after = await startAgent(t, rig.nodes, WEB, { roots });
          await after.life.start();
        });
      },
      powerOff: async () => {},
    };
    const before = await startAgent(t, rig.nodes, WEB, { roots, allowsPower: true, power });
    await before.life.start();
    const { code, stdout, stderr, fault } = await rig.run(["reboot", "--wait", "-n", "web"], {
      role,
      onProgress: (text) => {
        if (text.endsWith("web: going down: reboot\n")) seen.resolve();
      },
    });
    assert.deepEqual(
      { code, stdout, fault },
      { code: 0, stdout: "web is back\n", fault: undefined },
    );
    const lines = stderr.trimEnd().split("\n");
    const down = ["web: asking", "web: going down", "web: going down: stopServices"];
    assert.deepEqual(lines.slice(0, 4), [...down, "web: going down: reboot"]);
    assert.equal(lines.at(-1), "web: back");
  });
}

test("reboot --wait: a machine that was ready and is not is waited for", async (t) => {
  const { rig, roots } = await useMachine(t);
  const rebooted = Promise.withResolvers<RunningAgent>();
  const power = {
    reboot: async () => {
      void before.stop().then(async () => {
        const after = await startAgent(t, rig.nodes, WEB, { roots });
        after.life.events.publish(MachineStatusEventSchema, READY);
        after.life.events.publish(MachineStatusEventSchema, UNREADY);
        after.life.events.publish(PhaseEventSchema, { name: "something else" });
        await writeFile(join(roots.root, BOOT_ID), "boot-2\n");
        rebooted.resolve(after);
      });
    },
    powerOff: async () => {},
  };
  const before = await startAgent(t, rig.nodes, WEB, { roots, allowsPower: true, power });
  await before.life.start();
  const starting = Promise.withResolvers<void>();
  const running = rig.run(["reboot", "--wait", "-n", "web"], {
    onProgress: (stderr) => {
      if (/: (starting|back)\n$/.test(stderr)) starting.resolve();
    },
  });
  const { life } = await rebooted.promise;
  await starting.promise;
  life.events.publish(MachineStatusEventSchema, READY);
  const { code, stdout, stderr } = await running;
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "web is back\n" });
  assert.match(stderr, /web: starting\nweb: back\n$/);
});

test("reboot --wait: a machine that says no, and one that is not there", async (t) => {
  const { rig, roots } = await useMachine(t);
  const agent = await startAgent(t, rig.nodes, WEB, { roots });
  await agent.life.start();
  const refused = await rig.run(["reboot", "--wait", "-n", "web,gone"]);
  assert.deepEqual({ code: refused.code, stdout: refused.stdout }, { code: 1, stdout: "" });
  assert.match(refused.stderr, /^error from node gone: no machine "gone" has enrolled; /m);
  assert.match(refused.stderr, /^error from node web: this agent may not reboot its machine/m);
});

test("reboot --wait: a machine that stays away is given up", async (t) => {
  const { rig, roots } = await useMachine(t);
  const power = { reboot: async () => void before.stop(), powerOff: async () => {} };
  const before = await startAgent(t, rig.nodes, WEB, { roots, allowsPower: true, power });
  await before.life.start();
  const ran = await rig.run(["reboot", "--wait", "-n", "web", "--timeout", "1s"]);
  assert.deepEqual({ code: ran.code, stdout: ran.stdout }, { code: 1, stdout: "" });
  assert.match(ran.stderr, /error from node web: not back within 1 s; --timeout gives it longer/);
});
