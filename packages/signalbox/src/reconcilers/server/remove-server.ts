import type { ReconcileContext, ReconcileResult } from "@signalbox/controller";
import type { ConditionReason } from "../../model/condition.ts";
import { isBeingMade } from "../../model/image.ts";
import { IMAGE, SERVER } from "../../model/kinds.ts";
import type { Server } from "../../model/server.ts";
import { releaseFinalizer } from "../finalizer.ts";
import { notServed } from "../not-served.ts";
import type { ReconcilerDeps } from "../reconciler-deps.ts";
import { sayUnavailable } from "../say-unavailable.ts";

/** Removes the machine of a server that is being deleted, then the server. */
export async function removeServer(
  deps: ReconcilerDeps,
  server: Server,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const { metadata, incarnation, regionId } = server;
  const say = (reason: ConditionReason, message: string): Promise<void> =>
    sayUnavailable(deps, SERVER, server, { reason, message }, context.log);
  const provider = deps.providers.get(regionId);
  if (provider === undefined) {
    const { reason, message } = notServed(regionId);
    return say(reason, message);
  }
  const snapshot = pendingSnapshot(deps, metadata.id);
  if (snapshot !== undefined) {
    return say("Deprovisioning", `waits until the snapshot ${snapshot} has been taken`);
  }
  await say("Deprovisioning", "the machine is being removed");
  await provider.removeServer({ id: metadata.id, incarnation }, { signal: context.signal });
  await releaseFinalizer(
    deps.store,
    SERVER,
    metadata.id,
    (present) => present.incarnation === incarnation,
  );
}

/** An image that is still being made from this server's disk. */
function pendingSnapshot({ store }: ReconcilerDeps, serverId: string): string | undefined {
  const { items } = store.list(IMAGE, {
    index: { name: "sourceServer", value: serverId },
    filter: ({ value }) => isBeingMade(value) && value.metadata.deletedAt === undefined,
    limit: 1,
  });
  return items[0]?.id;
}
