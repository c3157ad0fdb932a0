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
import { type ControllerInstruments, createControllerInstruments } from "./instruments.ts";
import type { QueueDepth } from "./keyed-queue.ts";
import { type FeedSubscription, followStore } from "./store-feed.ts";

/** What a runtime reads, and whom it reports to. */
export interface ControllerRuntimeDeps {
  readonly store: Pick<Store, "revision" | "list" | "watch">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** How patient a runtime is. */
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
  return new Runtime(deps, options);
}

interface RegisteredController {
  readonly controller: Controller;
  readonly loop: ControllerLoop;
}

class Runtime implements ControllerRuntime {
  readonly #deps: ControllerRuntimeDeps;
  readonly #drainTimeoutMs: number;
  readonly #watchCapacity: number | undefined;
  readonly #instrumentsOf: (controllerName: string) => ControllerInstruments;
  /** By name. */
  readonly #registered = new Map<string, RegisteredController>();
  readonly #synced = Promise.withResolvers<void>();
  #started = false;

  constructor(deps: ControllerRuntimeDeps, options: ControllerRuntimeOptions) {
    this.#deps = deps;
    this.#drainTimeoutMs = options.drainTimeoutMs ?? 10_000;
    this.#watchCapacity = options.watchCapacity;
    this.#instrumentsOf = createControllerInstruments(deps.metrics, () =>
      Array.from(this.#registered, ([name, { loop }]) => [name, loop.oldestMs] as const),
    );
  }

  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  register(controller: Controller): void {
    const { name } = controller;
    if (this.#started) {
      throw new Problem("config_invalid", `controller ${name} comes after the start`);
    }
    assertSoleOwner(controller, this.#controllers());
    const { clock, random, log } = this.#deps;
    const loop = new ControllerLoop(controller, {
      clock,
      random,
      log: log.child({ controller: name }),
      instruments: this.#instrumentsOf(name),
    });
    this.#registered.set(name, { controller, loop });
  }

  async run(signal: AbortSignal): Promise<void> {
    if (this.#started) throw new Problem("config_invalid", "the controllers run already");
    this.#started = true;
    for (const { loop } of this.#registered.values()) loop.start();
    await followStore(this.#deps, {
      subscriptions: this.#subscriptions(),
      signal,
      capacity: this.#watchCapacity,
      onListed: this.#synced.resolve,
    });
    await this.#drain();
  }

  wake(controllerName: string, key: string): void {
    const registered = this.#registered.get(controllerName);
    if (registered === undefined) throw new Problem("internal", `no controller ${controllerName}`);
    registered.loop.enqueue(key);
  }

  graph(): ControllerGraph {
    return createGraph(this.#controllers());
  }

  depths(): Readonly<Record<string, QueueDepth>> {
    const depths = [...this.#registered].map(([name, { loop }]) => [name, loop.depth] as const);
    return Object.fromEntries(depths);
  }

  #controllers(): readonly Controller[] {
    return [...this.#registered.values()].map(({ controller }) => controller);
  }

  #subscriptions(): readonly FeedSubscription[] {
    return [...this.#registered.values()].flatMap((registered) =>
      registered.controller.inputs.map((input) => ({
        kind: input.kind,
        deliver: (change: Change) => enqueueKeysOf(change, input, registered, this.#deps.log),
      })),
    );
  }

  /** Waits for what is in flight; aborts it when that takes too long, and leaves what goes on. */
  async #drain(): Promise<void> {
    const { clock, log } = this.#deps;
    const loops = [...this.#registered.values()].map(({ loop }) => loop);
    const quiet = Promise.all(loops.map((loop) => loop.drain())).then(() => true as const);
    if (await within(quiet, this.#drainTimeoutMs, clock)) return;
    log.warn({ inFlight: this.#inFlight() }, "reconciles are aborted by the shutdown");
    for (const loop of loops) loop.abort(CANCELLED);
    if (await within(quiet, ABANDON_MS, clock)) return;
    log.error({ inFlight: this.#inFlight() }, "reconciles that do not heed the abort are left");
  }

  /** Keys that are worked on, by controller. */
  #inFlight(): Readonly<Record<string, readonly string[]>> {
    const busy = [...this.#registered].filter(([, { loop }]) => loop.inFlight.length > 0);
    return Object.fromEntries(busy.map(([name, { loop }]) => [name, loop.inFlight]));
  }
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
function enqueueKeysOf(
  change: Change,
  input: ControllerInput,
  { controller, loop }: RegisteredController,
  log: Log,
): void {
  try {
    for (const key of keysOf(input, change)) loop.enqueue(key);
  } catch (error) {
    log.error(
      { controller: controller.name, kind: input.kind.name, err: error },
      "a change has no keys: it is lost",
    );
  }
}

function keysOf(input: ControllerInput, change: Change): readonly string[] {
  if (input.keys !== undefined) return input.keys(change);
  return [changedResource(change).id];
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
