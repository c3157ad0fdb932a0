import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { noMetrics, seededRandom, silentLog, VirtualClock } from "@signalbox/base";
import { modifyResource, openSqliteStore, type Store } from "@signalbox/store";
import fc from "fast-check";
import type { Condition } from "../../model/condition.ts";
import { IMAGE, KINDS, NETWORK, SERVER } from "../../model/kinds.ts";
import { rebootServer, startServer, stopServer } from "../../model/server-power.ts";
import type { Server } from "../../model/server.ts";
import { SimulatedProvider } from "../../providers/simulated/simulated-provider.ts";
import { resolveReconcilerSettings } from "../settings.ts";
import * as fixtures from "../testing/fixtures.ts";
import { createServerController } from "./reconcile.ts";

const { IMAGE_ID, OTHER_IMAGE_ID, NETWORK_ID, REGION_ID, START, START_MS } = fixtures;
const AVAILABLE: Condition = Object.freeze({
  type: "Available",
  status: "True",
  reason: "Provisioned",
  message: "",
  since: START,
  observedGeneration: 1,
});
const SIGNAL = new AbortController().signal;

const anOp = fc.oneof(
  fc.record({ type: fc.constantFrom("start", "stop", "reboot", "die", "delete") }),
  fc.record({ type: fc.constant("image"), imageId: fc.constantFrom(IMAGE_ID, OTHER_IMAGE_ID) }),
  fc.record({ type: fc.constant("time"), ms: fc.constantFrom(100, 500, 1_000, 30_000) }),
  // The process ends before so many more writes; undefined: it lives.
  fc.record({ type: fc.constant("turn"), writes: fc.option(fc.nat(3), { nil: undefined }) }),
);
type Op = typeof anOp extends fc.Arbitrary<infer T> ? T : never;

it("any interleaving of writes, deaths and crashes ends with what was asked for", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "reconcile-property-"));
  const clock = new VirtualClock(START_MS);
  const common = { clock, log: silentLog, metrics: noMetrics, random: seededRandom(1) };
  const store = await openSqliteStore({ ...common, directory, kinds: KINDS });
  const provider = new SimulatedProvider(common);
  await provider.start({ signal: SIGNAL });
  t.after(async () => {
    await provider.close();
    await store.close();
    await rm(directory, { recursive: true });
  });
  await store.transact((tx) => {
    const metadata = fixtures.metadata(NETWORK_ID, { conditions: [AVAILABLE] });
    tx.create(NETWORK, NETWORK_ID, fixtures.network(NETWORK_ID, { metadata }));
    for (const id of [IMAGE_ID, OTHER_IMAGE_ID]) tx.create(IMAGE, id, fixtures.image(id));
  });

  let writesLeft: number | undefined;
  const mortal = mortalStore(store, () => {
    if (writesLeft === undefined) return;
    if (writesLeft === 0) throw new Error("the process has ended");
    writesLeft--;
  });
  const controller = createServerController({
    ...common,
    store: mortal,
    providers: new Map([[REGION_ID, provider]]),
    catalogue: { regions: new Map([[REGION_ID, fixtures.region()]]) },
    settings: resolveReconcilerSettings(),
  });
  const reconcile = async (id: string, writes?: number): Promise<void> => {
    writesLeft = writes;
    try {
      await controller.reconcile(id, { signal: SIGNAL, log: silentLog, attempt: 1 });
    } catch (error) {
      if (writes === undefined) throw error;
    }
    writesLeft = undefined;
  };
  const change = async (id: string, to: (server: Server) => Server): Promise<void> => {
    const stored = store.get(SERVER, id)?.value;
    if (stored === undefined || stored.metadata.deletedAt !== undefined) return;
    await modifyResource(store, SERVER, id, to);
  };
  const apply = async (id: string, op: Op): Promise<void> => {
    const stored = store.get(SERVER, id)?.value;
    switch (op.type) {
      case "turn":
        return reconcile(id, "writes" in op ? op.writes : undefined);
      case "time":
        return clock.advance("ms" in op ? op.ms : 0);
      case "image":
        return change(id, (s) => ("imageId" in op ? withImage(s, op.imageId) : s));
      case "die":
        if (stored?.status.powerState !== "Running") return;
        await provider.observeServer(refOf(stored), { signal: SIGNAL }).then(
          ({ power }) => power === "running" && provider.exit(refOf(stored)),
          () => undefined,
        );
        return;
      default:
        return change(id, (s) => asked(s, op.type));
    }
  };

  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anOp, { minLength: 5, maxLength: 25 }), async (ops) => {
      const id = `aaaaaaaa-0000-4000-8000-${String(runs++).padStart(12, "0")}`;
      await store.transact((tx) => tx.create(SERVER, id, fixtures.server(id)));
      for (const op of ops) await apply(id, op);
      for (let turns = 0; turns < 30; turns++) {
        await reconcile(id);
        await clock.advance(15_000);
      }
      const stored = store.get(SERVER, id)?.value;
      const machines = await provider.listServers({ signal: SIGNAL });
      const isThere = machines.some((machine) => machine.id === id);
      assert.equal(isThere, stored !== undefined);
      if (stored === undefined) return;
      assert.equal(stored.metadata.deletedAt, undefined);
      const machine = await provider.observeServer(refOf(stored), { signal: SIGNAL });
      assert.equal(machine.power, stored.power.desired);
      assert.equal(machine.imageId, stored.spec.imageId);
      assert.equal(stored.status.rebuild, undefined);
      const shown = machine.power === "running" ? "Running" : "Stopped";
      assert.equal(stored.status.powerState, shown);
    }),
    { seed: 20_260_103, numRuns: 60 },
  );
});

function refOf({ metadata: { id }, incarnation }: Server) {
  return { id, incarnation };
}

function withImage(server: Server, imageId: string): Server {
  const generation = server.metadata.generation + 1;
  return {
    ...server,
    metadata: { ...server.metadata, generation },
    spec: { ...server.spec, imageId },
  };
}

/** As the API would; what it refuses changes nothing. */
function asked(server: Server, what: string): Server {
  if (what === "delete") return { ...server, metadata: { ...server.metadata, deletedAt: START } };
  const rebootId = `reboot-${server.metadata.generation}`;
  const verbs = new Map([
    ["start", startServer(server)],
    ["stop", stopServer(server)],
    ["reboot", rebootServer(server, "hard", rebootId)],
  ]);
  const result = verbs.get(what);
  return result?.ok === true ? result.value : server;
}

/** A store that calls `onWrite` first; when that throws, nothing is written. */
function mortalStore(store: Store, onWrite: () => void): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "transact") return value.bind(target) as unknown;
      return async (...args: Parameters<Store["transact"]>) => {
        onWrite();
        return target.transact(...args);
      };
    },
  });
}
