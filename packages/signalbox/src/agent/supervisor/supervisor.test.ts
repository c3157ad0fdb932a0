import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { silentLog } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { STATUS } from "@signalbox/grpc";
import { hastyClock } from "../testing/hasty-clock.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { parseServices } from "./parse-services.ts";
import { Supervisor } from "./supervisor.ts";

interface Scene {
  readonly supervisor: Supervisor;
  /** `web Running`, in the order in which they came. */
  readonly notes: readonly string[];
  readonly directory: string;
  readonly state: (id: string) => string;
  readonly messages: (id: string) => readonly string[];
}

/** Services that are shell programs; they run in a directory of their own. */
async function useServices(
  t: TestContext,
  ...services: readonly (Record<string, unknown> & { readonly id: string; readonly run: string })[]
): Promise<Scene> {
  const directory = await temporaryDirectory(t);
  const parsed = parseServices(
    services.map(({ run, ...service }) => ({
      command: "/bin/sh",
      args: ["-c", run],
      directory,
      ...service,
    })),
  );
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const notes: string[] = [];
  const supervisor = new Supervisor(parsed.value, {
    clock: hastyClock,
    log: silentLog,
    environment: { PATH: "/usr/bin:/bin", SHARED: "shared" },
    onEvent: ({ spec }, { state }) => notes.push(`${spec.id} ${state}`),
  });
  t.after(async () => {
    await supervisor.stopAll();
    assert.ok(supervisor.services.every(({ isStarted }) => !isStarted));
  });
  const record = (id: string) => supervisor.service(id).record;
  return {
    supervisor,
    notes,
    directory,
    state: (id) => record(id).state,
    messages: (id) => record(id).events.map(({ message }) => message),
  };
}

const FOREVER = "exec sleep 60";

test("a service starts, runs with its environment, and stops", async (t) => {
  const run = "echo $SHARED $OWN $PWD; exec sleep 60";
  const { supervisor, notes, directory, state, messages } = await useServices(t, {
    id: "web",
    run,
    env: { OWN: "own" },
  });
  assert.equal(state("web"), "Initialized");
  await supervisor.startAll();
  const { output } = supervisor.service("web");
  await until(() => output.end > 0);
  assert.equal(output.read(0)?.bytes.toString(), `shared own ${directory}\n`);
  assert.equal(state("web"), "Running");
  assert.match(messages("web").at(-1) ?? "", /^Started with PID \d+$/);
  await supervisor.stop("web");
  assert.deepEqual(notes, ["web Starting", "web Running", "web Stopping", "web Finished"]);
  await supervisor.stop("web");
  assert.equal(notes.length, 4);
});

test("restart policies", async (t) => {
  const { supervisor, state, notes } = await useServices(
    t,
    { id: "good", run: "true", restart: "on-failure" },
    { id: "once", run: "false", restart: "never" },
    { id: "bad", run: "exit 3", restart: "on-failure" },
    { id: "always", run: "true" },
  );
  await supervisor.startAll();
  const starts = (id: string): number => notes.filter((note) => note === `${id} Starting`).length;
  await until(() => state("good") === "Finished" && state("once") === "Failed");
  await until(() => starts("bad") >= 3 && starts("always") >= 3);
  assert.equal(starts("good"), 1);
  assert.equal(starts("once"), 1);
  const waits = supervisor.service("bad").record.events.filter(({ state }) => state === "Waiting");
  assert.equal(waits[0]?.message, "Starts again in 1 s: exit status 3");
  assert.equal(waits[1]?.message, "Starts again in 2 s: exit status 3");
});

test("a program that is not there", async (t) => {
  const { supervisor, state, messages } = await useServices(t, {
    id: "web",
    run: "",
    command: "/nowhere/web",
    restart: "never",
  });
  await supervisor.start("web");
  await until(() => state("web") === "Failed");
  assert.equal(messages("web").at(-1), "Service failed: spawn /nowhere/web ENOENT");
});

test("dependencies come first, up to their health, and go last", async (t) => {
  const { supervisor, notes, directory, state } = await useServices(
    t,
    { id: "web", run: FOREVER, dependsOn: ["db", "setup"] },
    {
      id: "db",
      run: FOREVER,
      healthCheck: { command: ["test", "-e", "db-is-up"], intervalSeconds: 0.5 },
    },
    { id: "setup", run: "true", restart: "never" },
  );
  await supervisor.startAll();
  await until(() => !supervisor.service("db").record.health.isUnknown);
  await until(() => state("setup") === "Finished");
  assert.equal(state("web"), "Waiting");
  await writeFile(join(directory, "db-is-up"), "");
  await until(() => state("web") === "Running");
  await supervisor.stopAll();
  assert.deepEqual(
    notes.filter((note) => /Stopping|Finished/.test(note)),
    ["setup Finished", "web Stopping", "web Finished", "db Stopping", "db Finished"],
  );
});

test("a stopped dependency is not up; starting what needs it starts it", async (t) => {
  const { supervisor, state } = await useServices(
    t,
    { id: "web", run: FOREVER, dependsOn: ["db"], autostart: false },
    { id: "db", run: FOREVER, autostart: false },
  );
  await supervisor.startAll();
  assert.equal(state("db"), "Initialized");
  await supervisor.start("db");
  await until(() => state("db") === "Running");
  await supervisor.stop("db");
  await supervisor.start("web");
  await until(() => state("web") === "Running");
  assert.equal(state("db"), "Running");
});

test("waiting for a dependency can be stopped", async (t) => {
  const { supervisor, state, messages } = await useServices(
    t,
    { id: "web", run: FOREVER, dependsOn: ["db"] },
    { id: "db", run: "", command: "/nowhere/db", restart: "never" },
  );
  await supervisor.startAll();
  await until(() => state("db") === "Failed");
  assert.equal(state("web"), "Waiting");
  assert.equal(messages("web").at(-1), "Waiting for db to be up");
  await supervisor.stop("web");
  assert.equal(state("web"), "Finished");
});

test("health goes up and down, and each turn is an event", async (t) => {
  const { supervisor, directory, messages } = await useServices(t, {
    id: "web",
    run: FOREVER,
    healthCheck: {
      command: ["sh", "-c", "test ! -e ill || { echo one; echo no answer; exit 1; }"],
      intervalSeconds: 0.2,
      timeoutSeconds: 60,
    },
  });
  await supervisor.startAll();
  const service = supervisor.service("web");
  await until(() => service.record.health.isHealthy);
  assert.equal(service.isUp, true);
  await writeFile(join(directory, "ill"), "");
  await until(() => !service.record.health.isHealthy);
  assert.equal(service.record.health.message, "no answer");
  assert.equal(service.isUp, false);
  assert.deepEqual(messages("web").slice(2), [
    "Health check successful",
    "Health check failed: no answer",
  ]);
  await supervisor.stop("web");
  assert.equal(service.record.health.isUnknown, true);
});

test("a check that does not come back is ended, and so is one of a service that stops", async (t) => {
  const { supervisor, directory } = await useServices(t, {
    id: "web",
    run: FOREVER,
    healthCheck: {
      command: ["sh", "-c", "echo $$ >>checks; exec sleep 60"],
      intervalSeconds: 0.2,
      timeoutSeconds: 0.1,
    },
  });
  await supervisor.startAll();
  const service = supervisor.service("web");
  await until(() => service.record.health.message === "no answer within 0.1 s");
  // The first ones may have been ended before they could say who they are.
  const checks = (): readonly string[] => {
    const path = join(directory, "checks");
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    return text.split("\n").filter((pid) => pid !== "");
  };
  const before = checks().length;
  await until(() => checks().length > before);
  await supervisor.stop("web");
  assert.deepEqual(
    checks().filter((pid) => existsSync(`/proc/${pid}`)),
    [],
  );
});

test("no more than 64 events are kept, the newest last", async (t) => {
  const { supervisor, messages, state } = await useServices(t, { id: "web", run: FOREVER });
  for (let n = 0; n < 20; n++) {
    await supervisor.start("web");
    await until(() => state("web") === "Running");
    await supervisor.stop("web");
  }
  assert.equal(messages("web").length, 64);
  assert.equal(messages("web").at(-1), "Service was stopped");
});

test("any order of starts and stops ends as the last one said, with one process at most", async (t) => {
  const { supervisor, directory, state } = await useServices(t, {
    id: "web",
    run: "trap 'rmdir alone; exit 0' TERM; mkdir alone || exit 9; while :; do sleep 0.005; done",
    restart: "never",
  });
  const calls = Array.from({ length: 40 }, (_, n) =>
    (n * 7) % 3 === 0 ? ("stop" as const) : ("start" as const),
  );
  await Promise.all(calls.map((call) => supervisor[call]("web")));
  await supervisor.start("web");
  await until(() => state("web") === "Running" && existsSync(join(directory, "alone")));
  await supervisor.stop("web");
  assert.equal(state("web"), "Finished");
  assert.equal(existsSync(join(directory, "alone")), false);
});

test("a service that nobody knows", async (t) => {
  const { supervisor } = await useServices(t);
  await assert.rejects(supervisor.start("web"), {
    code: STATUS.NOT_FOUND,
    message: 'service "web" is not defined',
  });
});
