import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import { systemClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { STATUS } from "@signalbox/grpc";
import { type Event, EventSchema } from "#gen/machine/events_pb.js";
import { RebootRequest_Mode } from "#gen/machine/power_pb.js";
import { createOwnLog } from "./own-log.ts";
import { eventText } from "./testing/event-text.ts";
import { type LifeRig, useLife } from "./testing/life-rig.ts";
import { temporaryDirectory } from "./testing/temporary-directory.ts";

const FOREVER = { command: "/bin/sleep", args: ["60"] };

/** The events so far, and on, until one that ends with `last`. */
async function eventsUntil({ client }: LifeRig, last: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const event of client.events({ tailEvents: -1 })) {
    if (event.data?.typeUrl !== "" && !isAboutAddresses(event)) texts.push(eventText(event));
    if (texts.at(-1)?.endsWith(last) === true) break;
  }
  return texts;
}

/** Those come whenever addresses change. */
function isAboutAddresses({ data }: Event): boolean {
  return data?.typeUrl.endsWith(".AddressEvent") === true;
}

test("a machine comes up: booting, running, and ready when its services are up", async (t) => {
  const directory = await temporaryDirectory(t);
  const rig = await useLife(t, {
    services: [
      { id: "db", ...FOREVER, directory, healthCheck: { command: ["test", "-e", "up"] } },
      { id: "spare", ...FOREVER, autostart: false },
    ],
  });
  await rig.life.start();
  const before = await eventsUntil(rig, "service db RUNNING");
  assert.equal(before[0], "machine BOOTING");
  assert.ok(!before.some((text) => text.endsWith("ready")));
  await writeFile(join(directory, "up"), "");
  const after = await eventsUntil(rig, "machine RUNNING ready");
  assert.ok(after.includes("machine RUNNING (services: db is not healthy: not checked yet)"));
  await rig.client.serviceStop({ id: "db" });
  assert.equal((await eventsUntil(rig, "service db FINISHED")).at(-1), "service db FINISHED");
});

test("a machine without services is ready at once", async (t) => {
  const rig = await useLife(t);
  await rig.life.start();
  assert.deepEqual(await eventsUntil(rig, "ready"), ["machine BOOTING", "machine RUNNING ready"]);
  // node-api §4.3, vector of the ready event; its id follows.
  for await (const event of rig.client.events({ tailEvents: -1 })) {
    if (eventText(event) !== "machine RUNNING ready") continue;
    const bytes = Buffer.from(toBinary(EventSchema, event)).toString("hex");
    const vector =
      "12320a2874616c6f732f72756e74696d652f6d616368696e652e4d616368696e65537461747573" +
      "4576656e7412060804120208011a14";
    assert.equal(bytes.slice(0, vector.length), vector);
    break;
  }
});

test("a machine whose configuration is not used says why, and is never ready", async (t) => {
  const rig = await useLife(t, { fault: { kind: "validation", message: "services: oh" } });
  await rig.life.start();
  const last = "machine RUNNING (config: services: oh)";
  assert.deepEqual(await eventsUntil(rig, last), ["machine BOOTING", "config services: oh", last]);
});

test("services: list, start, restart, stop", async (t) => {
  const { client } = await useLife(t, {
    services: [
      { id: "web", ...FOREVER, autostart: false },
      { id: "db", ...FOREVER, autostart: false },
    ],
  });
  const list = async (): Promise<(readonly [string, string])[]> => {
    const { messages } = await client.serviceList({});
    assert.equal(messages.length, 1);
    assert.equal(messages[0]?.metadata, undefined);
    return (messages[0]?.services ?? []).map(({ id, state, events, health }) => {
      assert.ok(events !== undefined && health?.lastChange !== undefined);
      assert.deepEqual([health.unknown, health.healthy], [true, false]);
      return [id, state];
    });
  };
  assert.deepEqual(await list(), [
    ["db", "Initialized"],
    ["web", "Initialized"],
  ]);
  const started = await client.serviceStart({ id: "web" });
  assert.equal(started.messages[0]?.resp, 'Service "web" started');
  const isRunning = async (): Promise<boolean> => (await list())[1]?.[1] === "Running";
  while (!(await isRunning()));
  const restarted = await client.serviceRestart({ id: "web" });
  assert.equal(restarted.messages[0]?.resp, 'Service "web" restarted');
  while (!(await isRunning()));
  const stopped = await client.serviceStop({ id: "web" });
  assert.equal(stopped.messages[0]?.resp, 'Service "web" stopped');
  assert.equal((await list())[1]?.[1], "Finished");
  for (const call of ["serviceStart", "serviceStop", "serviceRestart"] as const) {
    await assert.rejects(client[call]({ id: "none" }), { code: STATUS.NOT_FOUND });
  }
});

test("the agent's own log is one of the logs", async (t) => {
  const written: string[] = [];
  const { log, ownOutput } = createOwnLog((line) => written.push(line));
  const { client } = await useLife(t, {
    ownOutput,
    services: [{ id: "web", ...FOREVER, autostart: false }],
  });
  log.info({ token: "secret" }, "hello");
  assert.deepEqual((await client.logsContainers({})).messages[0]?.ids, ["agent", "web"]);
  const asked = { namespace: "system", id: "agent", tailLines: -1 };
  const pieces = await Array.fromAsync(client.logs(asked), ({ bytes }) => Buffer.from(bytes));
  assert.equal(Buffer.concat(pieces).toString(), written.join(""));
  assert.match(written.join(""), /"msg":"hello"/);
  assert.doesNotMatch(written.join(""), /secret/);
});

test("logs: the last lines, all, and those that come", async (t) => {
  const directory = await temporaryDirectory(t);
  const script =
    "echo one; echo two; while ! test -e go; do sleep 0.01; done; echo three; sleep 60";
  const rig = await useLife(t, {
    services: [{ id: "web", command: "/bin/sh", args: ["-c", script], directory }],
  });
  await rig.life.start();
  const { client } = rig;
  assert.deepEqual((await client.logsContainers({})).messages[0]?.ids, ["web"]);
  const log = async (tailLines: number): Promise<string> => {
    const asked = { namespace: "system", id: "web", tailLines };
    const pieces = await Array.fromAsync(client.logs(asked), ({ bytes }) => Buffer.from(bytes));
    return Buffer.concat(pieces).toString();
  };
  while ((await log(-1)) !== "one\ntwo\n");
  assert.equal(await log(1), "two\n");
  assert.equal(await log(0), "");
  const lines: string[] = [];
  for await (const { bytes } of client.logs({ id: "web", tailLines: 1, follow: true })) {
    lines.push(Buffer.from(bytes).toString());
    if (lines.length === 1) await writeFile(join(directory, "go"), "");
    else break;
  }
  assert.deepEqual(lines, ["two\n", "three\n"]);
  const unknown = Array.fromAsync(client.logs({ namespace: "system", id: "none" }));
  await assert.rejects(unknown, { code: STATUS.NOT_FOUND });
  const container = Array.fromAsync(client.logs({ namespace: "k8s.io", id: "web" }));
  await assert.rejects(container, { code: STATUS.UNIMPLEMENTED });
});

/** A machine whose power button is pressed by promises of the test. */
function usePower(): {
  power: { reboot: (isForced: boolean) => Promise<void>; powerOff: () => Promise<void> };
  pressed: string[];
  fail: (message: string) => void;
} {
  const pressed: string[] = [];
  let fault: string | undefined;
  const press = async (how: string): Promise<void> => {
    pressed.push(how);
    if (fault !== undefined) throw new Error(fault);
  };
  return {
    power: {
      reboot: (isForced) => press(isForced ? "forced reboot" : "reboot"),
      powerOff: () => press("power off"),
    },
    pressed,
    fail: (message) => {
      fault = message;
    },
  };
}

test("a reboot: the answer, then services, then the machine; events carry the actor", async (t) => {
  const { power, pressed } = usePower();
  const services = [{ id: "web", ...FOREVER }];
  // Nothing waits here, but for the machine to go down: that is to take its time.
  const rig = await useLife(t, { power, allowsPower: true, services, clock: systemClock });
  await rig.life.start();
  await eventsUntil(rig, "machine RUNNING ready");
  const seen: string[] = [];
  const events = rig.client.events({})[Symbol.asyncIterator]();
  // The first one is empty: from here on nothing is missed.
  await events.next();
  const watching = (async () => {
    for await (const event of { [Symbol.asyncIterator]: () => events }) {
      if (isAboutAddresses(event)) continue;
      seen.push(`${event.actorId === "" ? "" : "+"}${eventText(event)}`);
    }
  })();
  const answer = await rig.client.reboot({});
  assert.match(answer.messages[0]?.actorId ?? "", /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  await until(() => pressed.length > 0);
  assert.deepEqual(pressed, ["reboot"]);
  await assert.rejects(rig.client.shutdown({}), {
    code: STATUS.FAILED_PRECONDITION,
    message: "a reboot is under way",
  });
  const mine = await eventsOf(rig, answer.messages[0]?.actorId ?? "", "restart 1234567");
  assert.deepEqual(mine, [
    "sequence reboot START",
    "phase stopServices START",
    "task stopAllServices START",
    "task stopAllServices STOP",
    "phase stopServices STOP",
    "phase reboot START",
    "task reboot START",
    "restart 1234567",
  ]);
  await until(() => seen.includes("+restart 1234567"));
  rig.life.endStreams();
  await watching;
  assert.deepEqual(seen, [
    "machine REBOOTING",
    "+sequence reboot START",
    "+phase stopServices START",
    "+task stopAllServices START",
    "service web STOPPING",
    "service web FINISHED",
    "+task stopAllServices STOP",
    "+phase stopServices STOP",
    "+phase reboot START",
    "+task reboot START",
    "+restart 1234567",
  ]);
});

async function eventsOf({ client }: LifeRig, withActorId: string, last: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const event of client.events({ tailEvents: -1, withActorId })) {
    if (event.data?.typeUrl === "") continue;
    assert.equal(event.actorId, withActorId);
    texts.push(eventText(event));
    if (texts.at(-1) === last) break;
  }
  return texts;
}

test("a forced reboot waits for nobody; a shutdown is a shutdown", async (t) => {
  const { power, pressed } = usePower();
  const forced = await useLife(t, {
    power,
    allowsPower: true,
    services: [{ id: "web", ...FOREVER }],
  });
  await forced.life.start();
  const { messages } = await forced.client.reboot({ mode: RebootRequest_Mode.FORCE });
  const actorId = messages[0]?.actorId ?? "";
  assert.deepEqual(await eventsOf(forced, actorId, "restart 1234567"), [
    "sequence reboot START",
    "phase reboot START",
    "task reboot START",
    "restart 1234567",
  ]);
  await until(() => pressed.includes("forced reboot"));
  const other = await useLife(t, { power, allowsPower: true });
  await other.life.start();
  await other.client.shutdown({ force: true });
  assert.ok((await eventsUntil(other, "restart 4321fedc")).includes("machine SHUTTING_DOWN"));
  await until(() => pressed.includes("power off"));
});

test("a machine that does not go down says so, and is of use again", async (t) => {
  const { power, fail } = usePower();
  const services = ["web", "stopped"].map((id) => ({ id, ...FOREVER }));
  const rig = await useLife(t, { power, allowsPower: true, services });
  await rig.life.start();
  await eventsUntil(rig, "machine RUNNING ready");
  await rig.client.serviceStop({ id: "stopped" });
  fail("reboot: exit status 1");
  const { messages } = await rig.client.reboot({});
  const last = "sequence reboot STOP: reboot: exit status 1";
  await eventsOf(rig, messages[0]?.actorId ?? "", last);
  let isGoingDown = false;
  for await (const event of rig.client.events({ tailEvents: -1 })) {
    const text = eventText(event);
    isGoingDown ||= text === "machine REBOOTING";
    if (isGoingDown && text === "machine RUNNING ready") break;
  }
  const { messages: lists } = await rig.client.serviceList({});
  assert.deepEqual(
    lists[0]?.services.map(({ id, state }) => [id, state]),
    [
      ["stopped", "Finished"],
      ["web", "Running"],
    ],
  );
  assert.notEqual((await rig.client.reboot({})).messages[0]?.actorId, "");
});

test("without permission nothing is turned off", async (t) => {
  const { power, pressed } = usePower();
  const rig = await useLife(t, { power });
  await rig.life.start();
  await assert.rejects(rig.client.reboot({}), {
    code: STATUS.FAILED_PRECONDITION,
    message: "this agent may not reboot its machine: start it with --allow-power",
  });
  await assert.rejects(rig.client.shutdown({ force: true }), {
    code: STATUS.FAILED_PRECONDITION,
    message: "this agent may not shut down its machine: start it with --allow-power",
  });
  assert.deepEqual(pressed, []);
});

test("streams that follow end when the agent stops", async (t) => {
  const rig = await useLife(t, { services: [{ id: "web", ...FOREVER }] });
  await rig.life.start();
  const streams = [
    rig.client.events({}),
    rig.client.logs({ id: "web", follow: true }),
    // Where the kernel's log may not be read this one fails, and ends as well.
    rig.client.dmesg({ follow: true, tail: true }),
  ].map((stream) => Array.fromAsync<unknown>(stream).catch((error: unknown) => error));
  await eventsUntil(rig, "service web RUNNING");
  rig.life.endStreams();
  await Promise.all(streams);
});

test("containers are nowhere", async (t) => {
  const { client } = await useLife(t);
  for (const call of [client.containers({}), client.stats({}), client.restart({})]) {
    await assert.rejects(call, {
      code: STATUS.UNIMPLEMENTED,
      message: "this machine runs no containers",
    });
  }
});
