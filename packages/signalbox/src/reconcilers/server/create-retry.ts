import { type ConditionReason, findCondition } from "../../model/condition.ts";
import type { Server } from "../../model/server.ts";
import type { MachineFault, MachineFaultReason } from "../../providers/machine-fault.ts";

/** What to do about a machine that failed before its guest ever ran (compute-api §7.4). */
export type CreateRetryStep =
  /** Remove what is left of it and make it anew. */
  | { readonly type: "again"; readonly failures: "counted" | "uncounted" | "reset" }
  /** The host has to recover first. */
  | { readonly type: "wait"; readonly afterMs: number }
  /** Give up until the user asks for a retry or changes the server. */
  | { readonly type: "park"; readonly reason: ConditionReason };

/** How a fault of a machine that never ran is met. */
type Treatment = "wait" | "again later" | "again" | "park";

// biome-ignore format: a table reads best with one row a line
const TREATMENT: Readonly<Record<MachineFaultReason, Treatment>> = Object.freeze({
  no_capacity:          "wait",
  provider_unavailable: "wait",
  disk_full:            "again later",
  // The same image gives the same machine.
  image_missing:        "park",
  image_corrupt:        "park",
  boot_timeout:         "again",
  exited:               "again",
  port_taken:           "again",
  create_failed:        "again",
  rebuild_failed:       "again",
});

/** Reasons under which a server is parked before its first boot. */
const PARKED: ReadonlySet<ConditionReason> = new Set([
  "CreateRetriesExhausted",
  "ImageMissing",
  "ImageCorrupt",
]);

/** How long a host gets to recover before a machine is made again on it. */
export const HOST_RECOVERY_MS = 30_000;

/**
 * @param fault of the failed machine; undefined counts as `create_failed`
 * @param attempts how many machines may fail before the server is parked
 */
export function nextCreateRetryStep(
  server: Server,
  fault: MachineFault | undefined,
  attempts: number,
  nowMs: number,
): CreateRetryStep {
  const shown = parkReasonShown(server);
  if (shown !== undefined) {
    return wasReset(server)
      ? { type: "again", failures: "reset" }
      : { type: "park", reason: shown };
  }
  const faultReason = fault?.reason ?? "create_failed";
  switch (TREATMENT[faultReason]) {
    case "wait":
      return { type: "wait", afterMs: 10_000 };
    case "again later":
      return afterRecovery(server, nowMs);
    case "park":
      return {
        type: "park",
        reason: faultReason === "image_missing" ? "ImageMissing" : "ImageCorrupt",
      };
    case "again":
      return server.status.createFailures + 1 >= attempts
        ? { type: "park", reason: "CreateRetriesExhausted" }
        : { type: "again", failures: "counted" };
  }
}

/** Why a server was given up before its first boot; undefined once somebody has acted since. */
export function parkedReason(server: Server): ConditionReason | undefined {
  return wasReset(server) ? undefined : parkReasonShown(server);
}

function parkReasonShown(server: Server): ConditionReason | undefined {
  const reason = findCondition(server.metadata.conditions, "Available")?.reason;
  return reason !== undefined && PARKED.has(reason) ? reason : undefined;
}

/** The retry verb sets the count to 0, which parking never leaves; any other change counts too. */
function wasReset(server: Server): boolean {
  const spokenOf = findCondition(server.metadata.conditions, "Available")?.observedGeneration ?? 0;
  return server.status.createFailures === 0 || spokenOf < server.metadata.generation;
}

/** The condition remembers since when the disk is full. */
function afterRecovery(server: Server, nowMs: number): CreateRetryStep {
  const available = findCondition(server.metadata.conditions, "Available");
  if (available?.reason !== "DiskFull") return { type: "wait", afterMs: HOST_RECOVERY_MS };
  const leftMs = Date.parse(available.since) + HOST_RECOVERY_MS - nowMs;
  if (leftMs > 0) return { type: "wait", afterMs: leftMs };
  return { type: "again", failures: "uncounted" };
}
