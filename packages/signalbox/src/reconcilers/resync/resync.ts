import { linkSignal, Problem } from "@signalbox/base";
import { SERVER } from "../../model/kinds.ts";
import type { Server } from "../../model/server.ts";
import type { MachineState, Provider } from "../../providers/provider.ts";
import type { ReconcilerDeps } from "../reconciler-deps.ts";
import { driftOf } from "./drift.ts";
import { forEachBounded } from "./for-each-bounded.ts";
import { findOrphans } from "./orphans.ts";
import { createServerGauge } from "./server-gauge.ts";

export interface ResyncDeps extends ReconcilerDeps {
  /** Has the controller of `kind` look at a resource. */
  readonly wake: (kind: string, id: string) => void;
}

/** Looks at the machines from time to time, for what no event has told of. */
export interface Resync {
  /**
   * Follows the machines' own reports, and makes a pass at once and then every
   * `resyncIntervalMs`, jittered, until `signal` aborts. Providers must have been started.
   */
  run(signal: AbortSignal): Promise<void>;
  /** One pass over every region. */
  pass(signal: AbortSignal): Promise<void>;
}

/** Share of the interval by which a pass may come later, so that replicas do not march in step. */
const JITTER = 0.2;
/** A server that is not available, and waits for something, is looked at every so many passes. */
const UNSETTLED_EVERY = 10;
const PASS_TIMEOUT_MS = 120_000;
const TOO_LONG = Object.freeze(
  new Problem("request_timeout", "a look at the machines took too long"),
);

export function createResync(deps: ResyncDeps): Resync {
  const { clock, random, settings, metrics, catalogue, store, log } = deps;
  const gauge = createServerGauge(metrics, catalogue);
  let passes = 0;

  const pass = async (signal: AbortSignal): Promise<void> => {
    for (const [regionId, provider] of deps.providers) {
      await removeOrphans(deps, regionId, provider, signal);
    }
    await wakeDrifted(deps, passes++, signal);
    gauge.report(store.list(SERVER).items.map(({ value }) => value));
  };

  /** A provider that answers nothing must not end all passes. */
  const boundedPass = async (signal: AbortSignal): Promise<void> => {
    using linked = linkSignal(signal);
    const cancel = clock.after(PASS_TIMEOUT_MS, () => linked.abort(TOO_LONG));
    try {
      await pass(linked.signal);
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ err: error }, "a look at the machines failed; the next one makes up for it");
    } finally {
      cancel();
    }
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    const unfollow = followMachines(deps);
    try {
      while (!signal.aborted) {
        await boundedPass(signal);
        const pauseMs = settings.resyncIntervalMs * (1 + JITTER * random.fraction());
        await clock.sleep(pauseMs, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      unfollow();
    }
  };

  return { run, pass };
}

/** Has a server looked at when its machine tells of a change; the answer ends that. */
function followMachines({ providers, wake }: ResyncDeps): () => void {
  const unsubscribe = [...providers.values()].map((provider) =>
    provider.onMachineChange(({ id }) => wake(SERVER.name, id)),
  );
  return () => {
    for (const stop of unsubscribe) stop();
  };
}

/** Machines that were left behind, by a crash between the store and the provider or otherwise. */
async function removeOrphans(
  { store, log }: ResyncDeps,
  regionId: string,
  provider: Provider,
  signal: AbortSignal,
): Promise<void> {
  try {
    const machines = await provider.listServers({ signal });
    for (const orphan of await findOrphans(store, machines)) {
      log.warn({ regionId, server: orphan }, "removing a machine that no server stands for");
      await provider.removeServer(orphan, { signal });
    }
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ regionId, err: Problem.from(error) }, "orphaned machines could not be removed");
  }
}

async function wakeDrifted(
  deps: ResyncDeps,
  passNumber: number,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, settings, wake } = deps;
  const servers = store.list(SERVER).items.map(({ value }) => value);
  await forEachBounded(servers, settings.resyncConcurrency, async (server) => {
    signal.throwIfAborted();
    const seen = await look(deps, server, signal);
    // A write since then has had, or will have, its own reconcile.
    const present = store.get(SERVER, server.metadata.id)?.value;
    if (present === undefined || seen === "unknown") return;
    const drift = driftOf(present, seen, clock.now(), settings);
    const { id } = present.metadata;
    if (drift === "drifted" || (drift === "unsettled" && isTurnOf(id, passNumber))) {
      wake(SERVER.name, id);
    }
  });
}

/** Spreads the unsettled servers over the passes, so that no pass wakes them all. */
function isTurnOf(id: string, passNumber: number): boolean {
  return (Number.parseInt(id.slice(-4), 16) + passNumber) % UNSETTLED_EVERY === 0;
}

async function look(
  { providers, log }: ResyncDeps,
  { regionId, metadata: { id }, incarnation }: Server,
  signal: AbortSignal,
): Promise<MachineState | undefined | "unknown"> {
  try {
    return await providers.get(regionId)?.observeServer({ id, incarnation }, { signal });
  } catch (error) {
    if (Problem.is(error, "not_found")) return undefined;
    signal.throwIfAborted();
    log.debug({ server: id, err: error }, "a machine could not be observed");
    return "unknown";
  }
}
