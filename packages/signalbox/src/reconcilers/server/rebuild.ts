import type { Rebuild, Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";

/** What a destructive image change (compute-api §3.9) needs next. */
export type RebuildStep =
  /** The disk is of the image that is wanted, and nothing is under way. */
  | { readonly type: "none" }
  /** Write this marker down, then look again: the intent is stored before anything is asked for. */
  | { readonly type: "mark"; readonly rebuild: Rebuild }
  /** Ask the provider to replace the disk. */
  | { readonly type: "submit" }
  /** Something is under way, or the disk's image is not known yet. */
  | { readonly type: "wait" }
  /** Done: take the marker away. */
  | { readonly type: "clear" }
  /** Failed: nothing more until another image is chosen. */
  | { readonly type: "park" };

/** A marker's state may only rise; another target starts a new marker. */
export const REBUILD_RANK: Readonly<Record<Rebuild["state"], number>> = Object.freeze({
  Initiated: 1,
  Rebuilding: 2,
  Succeeded: 3,
  Failed: 3,
});

const NONE: RebuildStep = Object.freeze({ type: "none" });
const SUBMIT: RebuildStep = Object.freeze({ type: "submit" });
const WAIT: RebuildStep = Object.freeze({ type: "wait" });
const CLEAR: RebuildStep = Object.freeze({ type: "clear" });
const PARK: RebuildStep = Object.freeze({ type: "park" });

/** Decides on a server whose guest has run before, from a fresh look at its machine. */
export function nextRebuildStep(server: Server, machine: MachineState, nowMs: number): RebuildStep {
  const marker = server.status.rebuild;
  const wanted = server.spec.imageId;
  if (marker !== undefined && marker.targetImageId !== wanted) return initiate(wanted, nowMs);
  if (marker?.state === "Failed") return PARK;
  if (machine.task === "rebuild") return WAIT;
  if (marker === undefined) return withoutMarker(wanted, machine, nowMs);
  if (machine.task !== undefined) return WAIT;
  const imageIdBefore = server.status.imageId;
  return marker.state === "Initiated"
    ? whenInitiated(marker, machine, imageIdBefore)
    : whenAccepted(marker, machine, imageIdBefore);
}

function withoutMarker(wanted: string, machine: MachineState, nowMs: number): RebuildStep {
  if (machine.imageId === undefined || machine.imageId === wanted) return NONE;
  return initiate(wanted, nowMs);
}

/** The provider has not been asked yet, or the process ended before it could note the answer. */
function whenInitiated(
  marker: Rebuild,
  machine: MachineState,
  imageIdBefore: string | undefined,
): RebuildStep {
  if (machine.imageId === undefined) return WAIT;
  if (machine.imageId !== marker.targetImageId) return SUBMIT;
  // The disk was of this image all the time, so a failure is that of a rebuild to another one,
  // which has left the disk alone: choosing the old image again takes the rebuild back.
  if (imageIdBefore === marker.targetImageId) return CLEAR;
  return failedToRebuild(machine) ? failed(marker) : CLEAR;
}

function whenAccepted(
  marker: Rebuild,
  machine: MachineState,
  imageIdBefore: string | undefined,
): RebuildStep {
  if (failedToRebuild(machine)) return failed(marker);
  if (machine.imageId === undefined) return WAIT;
  if (machine.imageId === marker.targetImageId) return CLEAR;
  // The old disk and no task: the provider was restarted in the middle and has forgotten. Asking
  // again is safe, since the disk was given up already. A third image is somebody else's rebuild.
  return machine.imageId === imageIdBefore ? SUBMIT : failed(marker);
}

function failedToRebuild(machine: MachineState): boolean {
  return machine.fault?.reason === "rebuild_failed" || machine.power === "failed";
}

function initiate(targetImageId: string, nowMs: number): RebuildStep {
  const startedAt = new Date(nowMs).toISOString();
  return { type: "mark", rebuild: { targetImageId, state: "Initiated", startedAt } };
}

function failed(marker: Rebuild): RebuildStep {
  return { type: "mark", rebuild: { ...marker, state: "Failed" } };
}

/**
 * The marker to store, given that the API may have chosen another image since the decision. A state
 * never falls for one target.
 */
export function storedRebuild(present: Server, decided: Rebuild): Rebuild | undefined {
  const { rebuild } = present.status;
  if (present.spec.imageId !== decided.targetImageId) return rebuild;
  if (rebuild?.targetImageId !== decided.targetImageId) return decided;
  return REBUILD_RANK[rebuild.state] > REBUILD_RANK[decided.state] ? rebuild : decided;
}
