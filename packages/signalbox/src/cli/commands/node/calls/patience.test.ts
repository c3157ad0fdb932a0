// `--timeout`, and how commands end.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test, type TestContext } from "node:test";
import { systemClock, VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { LogRing } from "../../../../agent/supervisor/log-ring.ts";
import { useBlackHole } from "../../../../nodes/testing/black-hole.ts";
import { NodeCliRig, type Ran, type RunOptions } from "./testing/node-cli-rig.ts";

const WEB = { id: "a0000000-0000-4000-8000-000000000001", name: "web" };
const HOLE = { id: "b0000000-0000-4000-8000-000000000002", name: "hole" };
/** What the commands of these tests are given: less than the daemon gives connections to machines. */
const TIMEOUT_MS = 10_000;

interface Scene {
  readonly rig: NodeCliRig;
  /** Of the daemon and the commands; machines have the real one. */
  readonly clock: VirtualClock;
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Ran>;
}

/** Two machines, one of which answers. */
async function useMachines(t: TestContext): Promise<Scene> {
  const clock = new VirtualClock(systemClock.now());
  const rig = await NodeCliRig.use(t, { clock });
  const ownOutput = new LogRing();
  ownOutput.append(Buffer.from("one\n"));
  await rig.addAgent(WEB, { "srv/a.txt": "text" }, { ownOutput });
  await rig.nodes.addMachine(HOLE);
  rig.nodes.reachAt(HOLE.id, await useBlackHole(t));
  const run: Scene["run"] = (args, options = {}) =>
    rig.run([...args, "--timeout", `${TIMEOUT_MS}ms`], { ...options, clock });
  return { rig, clock, run };
}

const LATE = "error from node hole: the node did not answer before the deadline\n";
/** The daemon answers with what it has before the caller's patience ends. */
const PARTIAL_ANSWER_MS = TIMEOUT_MS - 200;

test("--timeout: what answered in time is shown, who did not is told, and the command fails", async (t) => {
  const { rig, clock, run } = await useMachines(t);
  const { api } = rig.nodes;
  const asking = run(["version", "-n", "hole,web"]);
  await until(() => api.held.streams === 1, "the machine is asked");
  await until(() => api.held.streams === 0, "the machine has answered");
  await clock.advance(PARTIAL_ANSWER_MS);
  const version = await asking;
  assert.match(version.stdout, /^NODE.*\nweb +v1\.2\.3/);
  assert.doesNotMatch(version.stdout, /hole/);
  assert.deepEqual([version.stderr, version.code], [LATE, 1]);
  assert.equal(version.fault, "1 of the machines failed");

  const printed = Promise.withResolvers<string>();
  const reading = run(["logs", "agent", "-n", "web,hole"], { onOutput: printed.resolve });
  await printed.promise;
  await clock.advance(PARTIAL_ANSWER_MS);
  const logs = await reading;
  assert.deepEqual([logs.stdout, logs.stderr, logs.code], ["web: one\n", LATE, 1]);
});

test("--timeout of a call to one machine is the command's own end", async (t) => {
  const { rig, clock, run } = await useMachines(t);
  const reading = run(["read", "/srv/a.txt", "-n", "hole"]);
  await until(() => rig.nodes.api.held.calls === 1, "the daemon is asked");
  await clock.advance(TIMEOUT_MS);
  const { code, stdout, stderr, fault } = await reading;
  assert.deepEqual({ code, stdout, stderr }, { code: 6, stdout: "", stderr: "" });
  assert.match(fault ?? "", /deadline/);
  const good = await run(["read", "/srv/a.txt", "-n", "web"]);
  assert.deepEqual([good.code, good.stdout], [0, "text"]);
});

test("--timeout of what is followed ends it", async (t) => {
  const { rig, clock, run } = await useMachines(t);
  const printed = Promise.withResolvers<string>();
  const following = run(["logs", "agent", "-f", "-n", "web"], { onOutput: printed.resolve });
  const watching = run(["events", "-n", "web", "--tail", "1"]);
  await printed.promise;
  await until(() => rig.nodes.api.held.streams === 2, "the machine is asked for both");
  await clock.advance(TIMEOUT_MS);
  const [followed, events] = await Promise.all([following, watching]);
  assert.deepEqual(followed, { code: 0, stdout: "one\n", stderr: "", fault: undefined });
  assert.deepEqual([events.code, events.stderr], [0, ""]);
});

test("who may not: the code of denied, and of machines that all refuse", async (t) => {
  const rig = await NodeCliRig.use(t);
  await rig.addAgent(WEB, {});
  const asReader = { role: "os:reader" };
  const read = await rig.run(["read", "/srv/a.txt", "-n", "web"], asReader);
  assert.deepEqual([read.code, read.fault], [4, "not authorized; the role os:admin would do"]);
  const reboot = await rig.run(["reboot", "-n", "web"], asReader);
  assert.deepEqual(
    [reboot.code, reboot.stderr],
    [1, "error from node web: not authorized; the role os:operator would do\n"],
  );
});

test("a certificate that has expired is not tried", async (t) => {
  const rig = await NodeCliRig.use(t);
  const { code, fault } = await rig.run(["version", "-n", "web"], { validMs: -1_000 });
  assert.equal(code, 4);
  assert.match(fault ?? "", /^the certificate of the client configuration expired at 20.*Z; /);
});

test("a certificate whose end cannot be read is tried, and refused", async (t) => {
  const rig = await NodeCliRig.use(t);
  const { code } = await rig.run(["version", "-n", "web"], { spoil: withoutEnd });
  assert.equal(code, 69);
});

/** Tag and length of a time; the second one is when a certificate ends. */
const TIME = Buffer.from([0x17, 0x0d]);

function withoutEnd(pem: string): string {
  const { raw } = new X509Certificate(pem);
  const start = raw.indexOf(TIME, raw.indexOf(TIME) + 1) + TIME.length;
  raw.fill("x", start, start + 12);
  return `-----BEGIN CERTIFICATE-----\n${raw.toString("base64")}\n-----END CERTIFICATE-----\n`;
}
