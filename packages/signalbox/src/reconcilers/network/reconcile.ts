import type { Controller, ReconcileContext, ReconcileResult } from "@signalbox/controller";
import type { Reader } from "@signalbox/store";
import { NETWORK, SECURITY_GROUP, SERVER } from "../../model/kinds.ts";
import type { Network } from "../../model/network.ts";
import { overlapWarning } from "../../model/network-overlap.ts";
import type { Provider, ProviderCapabilities } from "../../providers/provider.ts";
import { desiredNetwork } from "../desired-network.ts";
import { releaseFinalizer } from "../finalizer.ts";
import { limited, type Notice } from "../notices.ts";
import { notServed } from "../not-served.ts";
import { ownInput } from "../own-input.ts";
import type { ReconcilerDeps } from "../reconciler-deps.ts";
import { reportTrouble } from "../report-trouble.ts";
import { sayAvailable } from "../say-available.ts";
import { sayUnavailable } from "../say-unavailable.ts";
import { wakeWaitingOwners } from "../waiting-owner.ts";
import { networkBlockers } from "./blockers.ts";
import { overlappedBy, overlappedInput } from "./overlapped.ts";

/** Brings networks to the provider, and takes them away when nothing is left on them. */
export function createNetworkController(deps: ReconcilerDeps): Controller {
  const { store } = deps;
  return {
    name: NETWORK.name,
    inputs: [
      ownInput(NETWORK),
      overlappedInput(store),
      wakeWaitingOwners(store, NETWORK, SERVER, ({ networkId }) => [networkId]),
      wakeWaitingOwners(store, NETWORK, SECURITY_GROUP, ({ networkId }) => [networkId]),
    ],
    outputs: [NETWORK],
    reconcile: async (id, context) => {
      const network = store.get(NETWORK, id)?.value;
      if (network === undefined) return;
      try {
        return await reconcileNetwork(deps, network, context);
      } catch (error) {
        return reportTrouble(deps, NETWORK, network, error, context);
      }
    },
  };
}

async function reconcileNetwork(
  deps: ReconcilerDeps,
  network: Network,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const provider = deps.providers.get(network.regionId);
  if (provider === undefined) {
    return sayUnavailable(deps, NETWORK, network, notServed(network.regionId), context.log);
  }
  if (network.metadata.deletedAt !== undefined) return remove(deps, provider, network, context);
  await provider.ensureNetwork(desiredNetwork(network), { signal: context.signal });
  const notices = [...limitsOf(provider.capabilities), ...warningsOf(deps.store, network)];
  await sayAvailable(deps, NETWORK, network, notices, context.log);
}

async function remove(
  deps: ReconcilerDeps,
  provider: Provider,
  network: Network,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const { id } = network.metadata;
  const blockers = networkBlockers(deps.store, network);
  const message =
    blockers.length > 0 ? `waits until these are gone: ${blockers.join(", ")}` : "being removed";
  const why = { reason: "Deprovisioning", message } as const;
  await sayUnavailable(deps, NETWORK, network, why, context.log);
  if (blockers.length > 0) return;
  await provider.removeNetwork(id, { signal: context.signal });
  await releaseFinalizer(deps.store, NETWORK, id);
}

function limitsOf(capabilities: ProviderCapabilities): readonly Notice[] {
  return capabilities.machineToMachine
    ? []
    : [limited("servers of this network cannot reach each other in this region")];
}

function warningsOf(store: Reader, network: Network): readonly Notice[] {
  const warning = overlapWarning(overlappedBy(store, network));
  return warning === undefined ? [] : [{ kind: "warning", ...warning }];
}
