import { Problem } from "@signalbox/base";
import type { Controller, ReconcileContext, ReconcileResult } from "@signalbox/controller";
import { type Image, isBeingMade } from "../../model/image.ts";
import { IMAGE, SERVER } from "../../model/kinds.ts";
import type { Server } from "../../model/server.ts";
import type { Provider } from "../../providers/provider.ts";
import { releaseFinalizer } from "../finalizer.ts";
import { notServed } from "../not-served.ts";
import { ownInput } from "../own-input.ts";
import type { ReconcilerDeps } from "../reconciler-deps.ts";
import { reportTrouble } from "../report-trouble.ts";
import { sayUnavailable } from "../say-unavailable.ts";
import { wakeWaitingOwners } from "../waiting-owner.ts";
import { makeImage } from "./make-image.ts";

/** Imports images, takes snapshots, and removes images that nobody uses. */
export function createImageController(deps: ReconcilerDeps): Controller {
  const { store, settings } = deps;
  return {
    name: IMAGE.name,
    inputs: [ownInput(IMAGE), wakeWaitingOwners(store, IMAGE, SERVER, imagesOf)],
    outputs: [IMAGE],
    concurrency: settings.imageConcurrency,
    timeoutMs: settings.imageTimeoutMs,
    reconcile: async (id, context) => {
      const image = store.get(IMAGE, id)?.value;
      if (image === undefined) return;
      try {
        return await reconcileImage(deps, image, context);
      } catch (error) {
        const result = await reportTrouble(deps, IMAGE, image, error, context);
        // A source that does not answer counts as a failed try, of which there are only so many.
        if (Problem.is(error, "provider_unavailable")) throw error;
        return result;
      }
    },
  };
}

async function reconcileImage(
  deps: ReconcilerDeps,
  image: Image,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const provider = deps.providers.get(image.regionId);
  if (provider === undefined) {
    return sayUnavailable(deps, IMAGE, image, notServed(image.regionId), context.log);
  }
  if (image.metadata.deletedAt !== undefined) return remove(deps, provider, image, context);
  if (isBeingMade(image)) return makeImage(deps, provider, image, context);
}

async function remove(
  deps: ReconcilerDeps,
  provider: Provider,
  image: Image,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const { id } = image.metadata;
  const users = deps.store.list(SERVER, { index: { name: "image", value: id } }).items.length;
  const message = users > 0 ? `waits until ${users} server(s) do not use it` : "being removed";
  const why = { reason: "Deprovisioning", message } as const;
  await sayUnavailable(deps, IMAGE, image, why, context.log);
  if (users > 0) return;
  await provider.removeImage(id, { signal: context.signal });
  await releaseFinalizer(deps.store, IMAGE, id);
}

function imagesOf({ spec, status }: Server): readonly string[] {
  return status.imageId === undefined ? [spec.imageId] : [spec.imageId, status.imageId];
}
