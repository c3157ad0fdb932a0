import { Problem } from "@signalbox/base";
import type { Controller, ReconcileContext, ReconcileResult } from "@signalbox/controller";
import { parseIpv4Prefix, type Ipv4Range, rangeOf } from "../../model/ipv4.ts";
import { SERVER } from "../../model/kinds.ts";
import type { Server } from "../../model/server.ts";
import type { MachineState, Provider, ServerRef } from "../../providers/provider.ts";
import { networkAddressing } from "../desired-network.ts";
import type { ReconcilerDeps } from "../reconciler-deps.ts";
import { reportTrouble } from "../report-trouble.ts";
import { sayUnavailable } from "../say-unavailable.ts";
import { type AddressPools, allocateAddresses } from "./allocate-addresses.ts";
import { carryOut } from "./carry-out.ts";
import { desiredServer, droppedWishes, offersPublicAddresses } from "./desired-server.ts";
import { serverInputs } from "./inputs.ts";
import { createServerInstruments, type ServerInstruments } from "./instruments.ts";
import { loadServerInputs, type ServerInputs } from "./load-inputs.ts";
import { nextStep } from "./next-step.ts";
import { removeServer } from "./remove-server.ts";

/** How long a server waits for an address that somebody gives back. */
const POOL_RETRY_MS = 30_000;

/** Brings machines to what servers ask for, and servers' status to what machines are. */
export function createServerController(deps: ReconcilerDeps): Controller {
  const instruments = createServerInstruments(deps.metrics);
  return {
    name: SERVER.name,
    inputs: serverInputs(deps.store),
    outputs: [SERVER],
    concurrency: deps.settings.serverConcurrency,
    timeoutMs: deps.settings.serverTimeoutMs,
    reconcile: async (id, context) => {
      const server = deps.store.get(SERVER, id)?.value;
      if (server === undefined) return;
      try {
        return server.metadata.deletedAt === undefined
          ? await reconcileServer(deps, instruments, server, context)
          : await removeServer(deps, server, context);
      } catch (error) {
        return reportTrouble(deps, SERVER, server, error, context);
      }
    },
  };
}

/** Load, hold addresses, look at the machine, decide, do. */
async function reconcileServer(
  deps: ReconcilerDeps,
  instruments: ServerInstruments,
  stored: Server,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const inputs = loadServerInputs(deps, stored);
  if (!inputs.ok) return sayUnavailable(deps, SERVER, stored, inputs.error, context.log);

  const { flavor, provider } = inputs.value;
  const held = await allocateAddresses(deps.store, stored, flavor, poolsOf(inputs.value));
  if (held.type === "gone") return;
  if (held.type === "exhausted") return waitForAddress(deps, stored, held.pool, context);

  const { server, allocation } = held;
  const desired = desiredServer(server, allocation, inputs.value);
  const machine = await observe(provider, desired, context.signal);
  const step = nextStep(server, machine, deps.clock.now(), deps.settings);
  const dropped = droppedWishes(server, inputs.value);
  return carryOut(
    { deps, instruments, context, provider, server, desired, machine, droppedWishes: dropped },
    step,
  );
}

function poolsOf(inputs: ServerInputs): AddressPools {
  return {
    private: networkAddressing(inputs.network).serverPool,
    public: offersPublicAddresses(inputs) ? publicPool(inputs.region.publicPrefix) : undefined,
  };
}

/** Every address of the prefix but its own and the broadcast address. */
function publicPool(prefix: string | undefined): Ipv4Range | undefined {
  const parsed = parseIpv4Prefix(prefix ?? "");
  if (!parsed.ok) return undefined;
  const { first, last } = rangeOf(parsed.value);
  return { first: first + 1, last: last - 1 };
}

async function waitForAddress(
  deps: ReconcilerDeps,
  server: Server,
  pool: "private" | "public",
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const message =
    pool === "private"
      ? "the network has no free address; delete servers that are not needed, or use a larger network"
      : "the region has no free public address; delete servers that have one, or do without";
  await sayUnavailable(deps, SERVER, server, { reason: "NoCapacity", message }, context.log);
  return { requeueAfterMs: POOL_RETRY_MS };
}

/** Undefined when the provider has no such machine. */
async function observe(
  provider: Provider,
  ref: ServerRef,
  signal: AbortSignal,
): Promise<MachineState | undefined> {
  try {
    return await provider.observeServer(ref, { signal });
  } catch (error) {
    if (Problem.is(error, "not_found")) return undefined;
    throw error;
  }
}
