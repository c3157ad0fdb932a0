import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import {
  createLog,
  type Log,
  noMetrics,
  Problem,
  seededRandom,
  silentLog,
  systemClock,
  VirtualClock,
} from "@signalbox/base";
import {
  createResource,
  defineKind,
  deleteResource,
  modifyResource,
  openSqliteStore,
  type Store,
  waitForResource,
} from "@signalbox/store";
import type { Controller } from "./controller.ts";
import {
  type ControllerRuntime,
  type ControllerRuntimeOptions,
  createControllerRuntime,
} from "./controller-runtime.ts";

interface Lamp {
  readonly wanted: number;
  readonly shown: number;
  readonly room: string;
}

const LAMP = defineKind<Lamp>("lamp", { indexes: { room: (lamp) => lamp.room } });
const ROOM = defineKind<{ readonly factor: number }>("room");
const NOTE = defineKind<{ readonly text: string }>("note");

interface Rig {
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly runtime: ControllerRuntime;
  /** Registers and runs; the answer stops the runtime and waits for it. */
  readonly start: (...controllers: Controller[]) => () => Promise<void>;
}

interface RigOptions extends ControllerRuntimeOptions {
  readonly log?: Log;
  readonly through?: (store: Store) => Pick<Store, "revision" | "list" | "watch">;
}

async function createRig(t: TestContext, options: RigOptions = {}): Promise<Rig> {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-controller-"));
  const clock = new VirtualClock();
  const kinds = [LAMP, ROOM, NOTE];
  const store = await openSqliteStore({ directory, kinds, clock: systemClock, log: silentLog });
  const runtime = createControllerRuntime(
    {
      store: options.through?.(store) ?? store,
      clock,
      random: seededRandom(1),
      log: options.log ?? silentLog,
      metrics: noMetrics,
    },
    options,
  );
  const shutdown = new AbortController();
  let running: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    shutdown.abort();
    await running;
  };
  t.after(async () => {
    await stop();
    assert.equal(store.stats().watchers, 0, "a watch was left open");
    assert.equal(clock.pending, 0, "a timer was left behind");
    await store.close();
    await rm(directory, { recursive: true });
  });
  const start = (...controllers: Controller[]): (() => Promise<void>) => {
    for (const controller of controllers) runtime.register(controller);
    running = runtime.run(shutdown.signal);
    return stop;
  };
  return { store, clock, runtime, start };
}

/** Shows what is wanted times the factor of the lamp's room. */
function lampController(store: Store, extra: Partial<Controller> = {}): Controller {
  return {
    name: "lamp",
    inputs: [
      { kind: LAMP },
      {
        kind: ROOM,
        keys: (change) => {
          const room = change.type === "deleted" ? change.previous.id : change.resource.id;
          const lamps = store.list(LAMP, { index: { name: "room", value: room } });
          return lamps.items.map((lamp) => lamp.id);
        },
      },
    ],
    outputs: [LAMP],
    reconcile: async (id) => {
      const lamp = store.get(LAMP, id)?.value;
      if (lamp === undefined) return;
      const shown = lamp.wanted * (store.get(ROOM, lamp.room)?.value.factor ?? 0);
      if (shown !== lamp.shown) await modifyResource(store, LAMP, id, (l) => ({ ...l, shown }));
    },
    ...extra,
  };
}

const shows = (store: Store, id: string, shown: number): Promise<unknown> =>
  waitForResource(store, LAMP, id, (lamp) => lamp?.value.shown === shown);

const lamp = (wanted: number): Lamp => ({ wanted, shown: 0, room: "hall" });

describe("the controller runtime", () => {
  it("brings what was there before the start into line, and says when it has seen it", async (t) => {
    const { store, runtime, start } = await createRig(t);
    await createResource(store, ROOM, "hall", { factor: 2 });
    await createResource(store, LAMP, "a", lamp(3));
    start(lampController(store));
    await runtime.synced;
    await shows(store, "a", 6);
  });

  it("follows changes of every input", async (t) => {
    const { store, start } = await createRig(t);
    start(lampController(store));
    await createResource(store, LAMP, "a", lamp(3));
    await createResource(store, ROOM, "hall", { factor: 5 });
    await shows(store, "a", 15);
    await modifyResource(store, ROOM, "hall", () => ({ factor: 7 }));
    await shows(store, "a", 21);
    await modifyResource(store, LAMP, "a", (l) => ({ ...l, wanted: 1 }));
    await shows(store, "a", 7);
    await deleteResource(store, ROOM, "hall");
    await shows(store, "a", 0);
  });

  it("misses nothing when its watch is cut off again and again", async (t) => {
    const lines: string[] = [];
    const log = createLog({ destination: { write: (line) => void lines.push(line) } });
    const { store, start } = await createRig(t, { watchCapacity: 1, log });
    await createResource(store, ROOM, "hall", { factor: 1 });
    start(lampController(store));
    const ids = Array.from({ length: 200 }, (_, i) => `lamp-${i}`);
    await Promise.all(ids.map((id, i) => createResource(store, LAMP, id, lamp(i))));
    await Promise.all(ids.map((id, i) => shows(store, id, i)));
    assert.ok(lines.some((line) => line.includes("the watch was cut off")));
  });

  it("lists again when the place to resume from is no longer kept", async (t) => {
    const compacted = Promise.withResolvers<void>();
    const watches: number[] = [];
    const { store, runtime, start } = await createRig(t, {
      // The real store, whose watch begins only once the history is gone.
      through: (store) => ({
        get revision() {
          return store.revision;
        },
        list: store.list.bind(store),
        watch: async function* (options) {
          watches.push(options.from);
          await compacted.promise;
          yield* store.watch(options);
        },
      }),
    });
    await createResource(store, ROOM, "hall", { factor: 2 });
    start(lampController(store));
    await runtime.synced;
    await createResource(store, LAMP, "a", lamp(4));
    await store.compact(store.revision);
    compacted.resolve();
    await shows(store, "a", 8);
    assert.equal(watches.length, 2);
  });

  it("wakes a key for a reason that is not in the store", async (t) => {
    const { runtime, start } = await createRig(t);
    const seen = Promise.withResolvers<string>();
    runtime.register({
      name: "sweep",
      inputs: [],
      outputs: [],
      reconcile: async (key) => seen.resolve(key),
    });
    runtime.wake("sweep", "machine-1");
    start();
    assert.equal(await seen.promise, "machine-1");
    assert.throws(() => runtime.wake("nobody", "x"), /no controller nobody/);
  });

  it("keeps the others going when one controller fails, and logs the code", async (t) => {
    const lines: string[] = [];
    const log = createLog({ destination: { write: (line) => void lines.push(line) } });
    const { store, clock, start } = await createRig(t, { log });
    await createResource(store, ROOM, "hall", { factor: 1 });
    start(lampController(store), {
      name: "broken",
      inputs: [{ kind: LAMP }, { kind: ROOM, keys: () => assert.fail("no keys today") }],
      outputs: [],
      reconcile: async () => {
        throw new Problem("no_capacity", "the host is full");
      },
    });
    await createResource(store, LAMP, "a", lamp(9));
    await shows(store, "a", 9);
    await clock.advance(0);
    const entries = lines.map((line) => JSON.parse(line));
    const failed = entries.find((entry) => entry.msg === "reconcile failed");
    assert.equal(failed.controller, "broken");
    assert.equal(failed.key, "a");
    assert.equal(failed.code, "no_capacity");
    assert.ok(entries.some((entry) => entry.msg === "a change has no keys: it is lost"));
  });

  it("waits at the end for what is in flight", async (t) => {
    const { store, start } = await createRig(t);
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let finished = false;
    const stop = start({
      name: "slow",
      inputs: [{ kind: NOTE }],
      outputs: [],
      reconcile: async () => {
        begun.resolve();
        await release.promise;
        finished = true;
      },
    });
    await createResource(store, NOTE, "a", { text: "x" });
    await begun.promise;
    const stopped = stop();
    release.resolve();
    await stopped;
    assert.equal(finished, true);
  });

  it("aborts what is still in flight at the deadline", async (t) => {
    const { store, clock, start } = await createRig(t, { drainTimeoutMs: 5_000 });
    const begun = Promise.withResolvers<void>();
    let abortedAtMs: number | undefined;
    const stop = start({
      name: "stuck",
      inputs: [{ kind: NOTE }],
      outputs: [],
      reconcile: async (_key, { signal }) => {
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        abortedAtMs = clock.monotonic();
        signal.throwIfAborted();
      },
    });
    await createResource(store, NOTE, "a", { text: "x" });
    await begun.promise;
    const stopped = stop();
    await untilPending(clock, 2);
    await clock.advance(5_000);
    await stopped;
    assert.equal(abortedAtMs, 5_000);
  });

  it("leaves behind, by name, what does not heed the abort", async (t) => {
    const lines: string[] = [];
    const log = createLog({ destination: { write: (line) => void lines.push(line) } });
    const { store, clock, start } = await createRig(t, { log, drainTimeoutMs: 5_000 });
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const stop = start({
      name: "deaf",
      inputs: [{ kind: NOTE }],
      outputs: [],
      reconcile: () => {
        begun.resolve();
        return release.promise;
      },
    });
    await createResource(store, NOTE, "a", { text: "x" });
    await begun.promise;
    const stopped = stop();
    await untilPending(clock, 2);
    await clock.advance(6_000);
    await stopped;
    const last = JSON.parse(lines.at(-1) ?? "{}");
    assert.deepEqual(last.inFlight, { deaf: ["a"] });
    release.resolve();
    await clock.advance(0);
  });

  it("refuses two owners of a kind and two controllers of a name, naming them", async (t) => {
    const { runtime } = await createRig(t);
    const reconcile = async (): Promise<void> => {};
    runtime.register({ name: "one", inputs: [], outputs: [LAMP], reconcile });
    assert.throws(
      () => runtime.register({ name: "two", inputs: [], outputs: [ROOM, LAMP], reconcile }),
      (error) =>
        Problem.is(error, "config_invalid") &&
        error.message === "controllers one and two both own the kind lamp",
    );
    assert.throws(
      () => runtime.register({ name: "one", inputs: [], outputs: [], reconcile }),
      /two controllers are named one/,
    );
    assert.deepEqual(runtime.graph(), [{ controller: "one", inputs: [], outputs: ["lamp"] }]);
  });

  it("goes through 10,000 keys and is at rest afterwards", async (t) => {
    const { store, clock, runtime, start } = await createRig(t);
    await store.transact((tx) => {
      for (let i = 0; i < 10_000; i++) tx.create(NOTE, `note-${i}`, { text: "x" });
    });
    const seen = new Set<string>();
    start({
      name: "reader",
      inputs: [{ kind: NOTE }],
      outputs: [],
      reconcile: async (key) => void seen.add(key),
    });
    await runtime.synced;
    await clock.advance(0);
    assert.equal(seen.size, 10_000);
    assert.deepEqual(runtime.depths(), { reader: { ready: 0, delayed: 0, running: 0 } });
  });
});

/** Lets the event loop turn until `count` timers wait. */
async function untilPending(clock: VirtualClock, count: number): Promise<void> {
  while (clock.pending < count) await clock.advance(0);
}
