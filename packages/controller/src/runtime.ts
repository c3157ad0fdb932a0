import {
  CANCELLED,
  type Clock,
  type Log,
  type Metrics,
  Problem,
  type Random,
} from "@signalbox/base";
import { type Change, changedResource, type Store } from "@signalbox/store";
import type { Controller, ControllerInput } from "./controller.ts";
import { ControllerLoop } from "./controller-loop.ts";
import { type ControllerGraph, createGraph } from "./graph.ts";
import { createInstruments } from "./instruments.ts";
import type { QueueDepth } from "./keyed-queue.ts";
import { type FeedSubscription, followStore } from "./store-feed.ts";

export interface ControllerRuntimeDeps {
  readonly store: Pick<Store, "revision" | "list" | "watch">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface ControllerRuntimeOptions {
  /** How long reconciles in flight may go on after a shutdown began; default 10,000 ms. */
  readonly drainTimeoutMs?: number;
  /** Events that the store's watch may be behind before it is cut off; default the store's own. */
  readonly watchCapacity?: number;
}

/** Runs controllers over one store. */
export interface ControllerRuntime {
  /**
   * Adds a controller; before `run`.
   *
   * @throws Problem `config_invalid`, naming both, when a kind would have two owners
   */
  register(controller: Controller): void;
  /**
   * Shows every controller all that is in the store, then follows the store's watch until `signal`
   * aborts. Then no work is begun any more, and what is in flight may finish: after
   * `drainTimeoutMs` it is aborted. Resolves when all is quiet; called once.
   */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Has a controller look at a key for a reason that is not in the store, such as a machine that
   * died. May be called at any time; before `run` the key waits.
   */
  wake(controllerName: string, key: string): void;
  /** What the controllers declared. */
  graph(): ControllerGraph;
  /** Resolves when every key that was in the store at the start has been queued. */
  readonly synced: Promise<void>;
  /** Keys in each controller's queue, by state. */
  depths(): Readonly<Record<string, QueueDepth>>;
}

/** After reconciles were aborted, how long until those that do not heed it are left behind. */
const ABANDON_MS = 1_000;

/**
 * @example
 * ```ts
 * const runtime = createControllerRuntime({ store, clock, random, log, metrics });
 * runtime.register(serverController);
 * const running = runtime.run(shutdown.signal);
 * await runtime.synced;
 * ```
 */
export function createControllerRuntime(
  deps: ControllerRuntimeDeps,
  options: ControllerRuntimeOptions = {},
): ControllerRuntime {
  const { store, clock, random, log } = deps;
  const drainTimeoutMs = options.drainTimeoutMs ?? 10_000;
  const instrumentsOf = createInstruments(deps.metrics);
  const entries = new Map<string, { controller: Controller; loop: ControllerLoop }>();
  const synced = Promise.withResolvers<void>();
  let started = false;

  const controllers = (): Controller[] => [...entries.values()].map(({ controller }) => controller);
  const loops = (): ControllerLoop[] => [...entries.values()].map(({ loop }) => loop);

  const register = (controller: Controller): void => {
    const { name } = controller;
    if (started) throw new Problem("config_invalid", `controller ${name} comes after the start`);
    assertSoleOwner(controller, controllers());
    const loop = new ControllerLoop(controller, {
      clock,
      random,
      log: log.child({ controller: name }),
      instruments: instrumentsOf(name),
    });
    entries.set(name, { controller, loop });
  };

  const subscriptions = (): FeedSubscription[] =>
    [...entries.values()].flatMap(({ controller, loop }) =>
      controller.inputs.map((input) => ({
        kind: input.kind,
        deliver: (change: Change) => deliver(input, change, loop, log, controller.name),
      })),
    );

  const run = async (signal: AbortSignal): Promise<void> => {
    if (started) throw new Problem("config_invalid", "the controllers run already");
    started = true;
    for (const loop of loops()) loop.start();
    await followStore(
      { store, clock, log },
      {
        subscriptions: subscriptions(),
        signal,
        capacity: options.watchCapacity,
        onListed: synced.resolve,
      },
    );
    await drain([...entries].map(([name, { loop }]) => ({ name, loop })));
  };

  const drain = async (draining: readonly NamedLoop[]): Promise<void> => {
    const quiet = Promise.all(draining.map(({ loop }) => loop.drain())).then(() => true as const);
    if (await within(quiet, drainTimeoutMs, clock)) return;
    log.warn({ inFlight: inFlight(draining) }, "reconciles are aborted by the shutdown");
    for (const { loop } of draining) loop.abort(CANCELLED);
    if (await within(quiet, ABANDON_MS, clock)) return;
    log.error({ inFlight: inFlight(draining) }, "reconciles that do not heed the abort are left");
  };

  return {
    register,
    run,
    wake: (controllerName, key) => {
      const entry = entries.get(controllerName);
      if (entry === undefined) throw new Problem("internal", `no controller ${controllerName}`);
      entry.loop.enqueue(key);
    },
    graph: () => createGraph(controllers()),
    synced: synced.promise,
    depths: () =>
      Object.fromEntries([...entries].map(([name, { loop }]) => [name, loop.depth] as const)),
  };
}

interface NamedLoop {
  readonly name: string;
  readonly loop: ControllerLoop;
}

function assertSoleOwner(added: Controller, others: readonly Controller[]): void {
  for (const other of others) {
    if (other.name === added.name) {
      throw new Problem("config_invalid", `two controllers are named ${added.name}`);
    }
    const shared = added.outputs.find((kind) => other.outputs.some((o) => o.name === kind.name));
    if (shared === undefined) continue;
    throw new Problem(
      "config_invalid",
      `controllers ${other.name} and ${added.name} both own the kind ${shared.name}`,
    );
  }
}

/** A fault in one controller's `keys` must not keep changes from the others. */
function deliver(
  input: ControllerInput,
  change: Change,
  loop: ControllerLoop,
  log: Log,
  controller: string,
): void {
  try {
    for (const key of keysOf(input, change)) loop.enqueue(key);
  } catch (error) {
    log.error(
      { controller, kind: input.kind.name, err: error },
      "a change has no keys: it is lost",
    );
  }
}

function keysOf(input: ControllerInput, change: Change): readonly string[] {
  if (input.keys !== undefined) return input.keys(change);
  return [changedResource(change).id];
}

function inFlight(draining: readonly NamedLoop[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    draining
      .filter(({ loop }) => loop.inFlight.length > 0)
      .map(({ name, loop }) => [name, loop.inFlight]),
  );
}

/** True when `promise` resolves before `ms` have passed. */
async function within(promise: Promise<true>, ms: number, clock: Clock): Promise<boolean> {
  const { promise: expired, resolve } = Promise.withResolvers<false>();
  const cancel = clock.after(ms, () => resolve(false));
  try {
    return await Promise.race([promise, expired]);
  } finally {
    cancel();
  }
}
