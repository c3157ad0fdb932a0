import type { Controller, ReconcileContext, ReconcileResult } from "@signalbox/controller";
import { SECURITY_GROUP, SERVER } from "../../model/kinds.ts";
import type { SecurityGroup } from "../../model/security-group.ts";
import type { Provider } from "../../providers/provider.ts";
import { releaseFinalizer } from "../finalizer.ts";
import { notServed } from "../not-served.ts";
import { ownInput } from "../own-input.ts";
import type { ReconcilerDeps } from "../reconciler-deps.ts";
import { reportTrouble } from "../report-trouble.ts";
import { sayAvailable } from "../say-available.ts";
import { sayUnavailable } from "../say-unavailable.ts";
import { wakeWaitingOwners } from "../waiting-owner.ts";
import { securityGroupLimits } from "./limits.ts";

/** Brings security groups to the provider; servers take their rules from the store. */
export function createSecurityGroupController(deps: ReconcilerDeps): Controller {
  const { store } = deps;
  return {
    name: SECURITY_GROUP.name,
    inputs: [
      ownInput(SECURITY_GROUP),
      wakeWaitingOwners(
        store,
        SECURITY_GROUP,
        SERVER,
        ({ spec }) => spec.networking.securityGroups ?? [],
      ),
    ],
    outputs: [SECURITY_GROUP],
    reconcile: async (id, context) => {
      const group = store.get(SECURITY_GROUP, id)?.value;
      if (group === undefined) return;
      try {
        return await reconcileGroup(deps, group, context);
      } catch (error) {
        return reportTrouble(deps, SECURITY_GROUP, group, error, context);
      }
    },
  };
}

async function reconcileGroup(
  deps: ReconcilerDeps,
  group: SecurityGroup,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const provider = deps.providers.get(group.regionId);
  if (provider === undefined) {
    return sayUnavailable(deps, SECURITY_GROUP, group, notServed(group.regionId), context.log);
  }
  if (group.metadata.deletedAt !== undefined) return remove(deps, provider, group, context);
  const { metadata, networkId, spec } = group;
  const desired = { id: metadata.id, networkId, rules: spec.rules };
  await provider.ensureSecurityGroup(desired, { signal: context.signal });
  const limits = securityGroupLimits(spec.rules, provider.capabilities);
  await sayAvailable(deps, SECURITY_GROUP, group, limits, context.log);
}

async function remove(
  deps: ReconcilerDeps,
  provider: Provider,
  group: SecurityGroup,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const { id } = group.metadata;
  const index = { name: "securityGroup", value: id };
  const users = deps.store.list(SERVER, { index }).items.length;
  const message = users > 0 ? `waits until ${users} server(s) let go of it` : "being removed";
  const why = { reason: "Deprovisioning", message } as const;
  await sayUnavailable(deps, SECURITY_GROUP, group, why, context.log);
  if (users > 0) return;
  await provider.removeSecurityGroup(id, { signal: context.signal });
  await releaseFinalizer(deps.store, SECURITY_GROUP, id);
}
