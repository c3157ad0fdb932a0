import { linkSignal } from "@signalbox/base";
import type { ReconcileContext, ReconcileResult } from "@signalbox/controller";
import { waitForResource } from "@signalbox/store";
import type { Image } from "../../model/image.ts";
import { IMAGE } from "../../model/kinds.ts";
import type { Provider, StoredImage } from "../../providers/provider.ts";
import { changeResource } from "../change-resource.ts";
import { withFinalizer } from "../finalizer.ts";
import type { ReconcilerDeps } from "../reconciler-deps.ts";
import { setCondition } from "../set-condition.ts";
import { failureMessage, isFinalFailure } from "./image-failure.ts";
import { produceImage } from "./produce-image.ts";
import { createProgressWriter } from "./progress-writer.ts";

/**
 * Imports or snapshots, writing how far it has come. Ends early when the image is deleted.
 *
 * @throws what went wrong, when trying again may help
 */
export async function makeImage(
  deps: ReconcilerDeps,
  provider: Provider,
  image: Image,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const { store, clock } = deps;
  await write(deps, image, context, creating(0));
  const progress = createProgressWriter({
    clock,
    write: (percent) => write(deps, image, context, creating(percent)),
  });
  using linked = linkSignal(context.signal);
  const watching = abortWhenDeleted(deps, image.metadata.id, linked);
  try {
    const { signal } = linked;
    const stored = await produceImage(store, provider, image, {
      signal,
      onProgress: (percent) => progress.onProgress(percent),
    });
    await progress.close();
    await write(deps, image, context, ready(deps, image, stored));
  } catch (error) {
    await progress.close();
    // The deletion has its own reconcile, which is waiting for this one to end.
    if (linked.signal.aborted && !context.signal.aborted) return { requeueAfterMs: 0 };
    const { imageAttempts } = deps.settings;
    if (
      context.signal.aborted ||
      !isFinalFailure(image.source, error, context.attempt, imageAttempts)
    ) {
      throw error;
    }
    context.log.warn({ err: error }, "image failed");
    await write(deps, image, context, failed(deps, image, error));
  } finally {
    linked.abort();
    await watching;
  }
}

async function abortWhenDeleted(
  { store }: ReconcilerDeps,
  id: string,
  job: { readonly signal: AbortSignal; abort(): void },
): Promise<void> {
  try {
    await waitForResource(
      store,
      IMAGE,
      id,
      (resource) => resource?.value.metadata.deletedAt !== undefined || resource === undefined,
      { signal: job.signal },
    );
    job.abort();
  } catch (error) {
    if (!job.signal.aborted) throw error;
  }
}

async function write(
  { store }: ReconcilerDeps,
  { metadata: { id } }: Image,
  { log }: ReconcileContext,
  change: (image: Image) => Image,
): Promise<void> {
  await changeResource(store, IMAGE, id, log, (present) => withFinalizer(change(present)));
}

function creating(percent: number): (image: Image) => Image {
  return (image) => {
    const progressPercent = Math.max(percent, image.status.progressPercent ?? 0);
    return { ...image, status: { ...image.status, state: "creating", progressPercent } };
  };
}

function ready(
  { clock }: ReconcilerDeps,
  { metadata }: Image,
  stored: Partial<StoredImage>,
): (image: Image) => Image {
  const nowMs = clock.now();
  return (image) => {
    const { progressPercent: _done, ...status } = image.status;
    return setCondition(
      { ...image, status: { ...status, ...stored, state: "ready" } },
      {
        type: "Available",
        status: "True",
        reason: "Provisioned",
        message: "the image is ready",
        observedGeneration: metadata.generation,
      },
      nowMs,
    );
  };
}

function failed(
  { clock }: ReconcilerDeps,
  { metadata }: Image,
  error: unknown,
): (image: Image) => Image {
  const nowMs = clock.now();
  return (image) => {
    const { progressPercent: _abandoned, ...status } = image.status;
    return setCondition(
      { ...image, status: { ...status, state: "failed" } },
      {
        type: "Available",
        status: "False",
        reason: "Errored",
        message: failureMessage(image.source, error),
        observedGeneration: metadata.generation,
      },
      nowMs,
    );
  };
}
