import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { noMetrics, seededRandom, silentLog, VirtualClock } from "@signalbox/base";
import { createControllerRuntime } from "@signalbox/controller";
import { type Kind, modifyResource, openSqliteStore, type Store } from "@signalbox/store";
import type { Scope } from "@signalbox/testing";
import { KINDS, SERVER } from "../../model/kinds.ts";
import type { Described } from "../../model/metadata.ts";
import type { Server } from "../../model/server.ts";
import {
  SimulatedProvider,
  type SimulatedProviderOptions,
} from "../../providers/simulated/simulated-provider.ts";
import { createReconcilers, createResync, resolveReconcilerSettings } from "../reconcilers.ts";
import type { ReconcilerOptions } from "../settings.ts";
import { REGION_ID, region, START_MS } from "./fixtures.ts";

/** The reconcilers as the daemon runs them, on a virtual clock and simulated machines. */
export interface Rig {
  readonly store: Store;
  readonly provider: SimulatedProvider;
  readonly clock: VirtualClock;
  put<T extends Described>(kind: Kind<T>, value: T): Promise<void>;
  change<T>(kind: Kind<T>, id: string, change: (present: NoInfer<T>) => NoInfer<T>): Promise<void>;
  server(id: string): Server;
  /** Lets time pass until `holds`; fails after `limitMs` of virtual time. */
  until(what: string, holds: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
  /** Lets `ms` pass in steps of `stepMs`; what is written is on disk before the next step. */
  elapse(ms: number, stepMs: number): Promise<void>;
}

export interface RigOptions {
  readonly provider?: SimulatedProviderOptions;
  readonly settings?: ReconcilerOptions;
  /** Called before each write of a reconciler; what it throws fails the write. */
  readonly beforeWrite?: () => void;
}

export async function startRig(t: Scope, options: RigOptions = {}): Promise<Rig> {
  const clock = new VirtualClock(START_MS);
  const directory = await mkdtemp(join(tmpdir(), "reconcilers-"));
  const common = { clock, log: silentLog, metrics: noMetrics, random: seededRandom(1) };
  const store = await openSqliteStore({ ...common, directory, kinds: KINDS });
  const provider = new SimulatedProvider(common, options.provider);
  const shutdown = new AbortController();
  await provider.start({ signal: shutdown.signal });

  const writing = new Set<Promise<unknown>>();
  const watched = watchWrites(store, writing, options.beforeWrite);
  const settings = resolveReconcilerSettings(options.settings);
  const catalogue = { regions: new Map([[REGION_ID, region()]]) };
  const providers = new Map([[REGION_ID, provider]]);
  const deps = { ...common, store: watched, providers, catalogue, settings };
  const runtime = createControllerRuntime({ ...common, store });
  for (const controller of createReconcilers(deps)) runtime.register(controller);
  const resync = createResync({ ...deps, wake: (kind, id) => runtime.wake(kind, id) });
  const running = Promise.all([runtime.run(shutdown.signal), resync.run(shutdown.signal)]);

  t.after(async () => {
    shutdown.abort();
    await passTime(clock, running);
    await provider.close();
    await store.close();
    await rm(directory, { recursive: true });
  });

  /** Time stands still while the disk is being written. */
  const calm = async (): Promise<void> => {
    for (let quietTurns = 0; quietTurns < 4; quietTurns++) {
      if (writing.size > 0) {
        await Promise.allSettled(writing);
        quietTurns = 0;
      }
      await turn();
    }
  };

  return {
    store,
    provider,
    clock,
    put: async (kind, value) => {
      await store.transact((tx) => tx.create(kind, value.metadata.id, value));
    },
    change: async (kind, id, change) => {
      await modifyResource(store, kind, id, change);
    },
    server: (id) => {
      const stored = store.get(SERVER, id)?.value;
      assert.ok(stored, `the server ${id} is gone`);
      return stored;
    },
    until: async (what, holds, limitMs = 3_600_000) => {
      const endMs = clock.now() + limitMs;
      for (;;) {
        await calm();
        if (await holds()) return;
        assert.ok(clock.now() < endMs, `in time: ${what}`);
        await clock.advance(100);
      }
    },
    elapse: async (ms, stepMs) => {
      for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
        await calm();
        await clock.advance(Math.min(stepMs, leftMs));
      }
      await calm();
    },
  };
}

/** Work that is in flight may itself wait for time to pass. */
async function passTime(clock: VirtualClock, work: Promise<unknown>): Promise<void> {
  const state = { ended: false };
  const settle = (): void => void (state.ended = true);
  work.then(settle, settle);
  for (await turn(); !state.ended; await turn()) await clock.advance(100);
  await work;
}

/** The store, with its writes in `writing` for as long as they take. */
function watchWrites(
  store: Store,
  writing: Set<Promise<unknown>>,
  beforeWrite: () => void = () => {},
): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "transact") return value.bind(target) as unknown;
      return (...args: Parameters<Store["transact"]>) => {
        const write = Promise.try(() => {
          beforeWrite();
          return target.transact(...args);
        }).finally(() => writing.delete(write));
        writing.add(write);
        return write;
      };
    },
  });
}
