import {
  type Condition,
  type ConditionReason,
  type ConditionUpdate,
  withCondition,
} from "../../model/condition.ts";
import type { Server } from "../../model/server.ts";
import type { MachineFaultReason } from "../../providers/machine-fault.ts";
import type { MachineState } from "../../providers/provider.ts";
import { conditionsFromNotices, type Notice } from "../notices.ts";
import { hasExited, isDown, neverBooted } from "./machine-history.ts";

type Verdict = Pick<ConditionUpdate, "status" | "reason" | "message">;

/** What a fault of a machine is called in a condition. */
// biome-ignore format: a table reads best with one row a line
export const REASON_OF_FAULT: Readonly<Record<MachineFaultReason, ConditionReason>> =
  Object.freeze({
    no_capacity:          "NoCapacity",
    disk_full:            "DiskFull",
    image_missing:        "ImageMissing",
    image_corrupt:        "ImageCorrupt",
    boot_timeout:         "BootTimeout",
    exited:               "MachineExited",
    port_taken:           "PortNotForwarded",
    create_failed:        "Errored",
    rebuild_failed:       "RebuildFailed",
    provider_unavailable: "ProviderUnavailable",
  });

/**
 * The conditions of `server` after its machine was seen like this.
 *
 * @param observedGeneration of the desired state that was given to the provider
 */
export function conditionsFromMachine(
  server: Server,
  machine: MachineState,
  observedGeneration: number,
  nowMs: number,
): readonly Condition[] {
  const available = availability(server, machine);
  const healthy = health(machine);
  const updates: readonly ConditionUpdate[] = [
    { type: "Available", ...available, observedGeneration },
    { type: "Healthy", ...healthy, observedGeneration },
  ];
  const conditions = updates.reduce(
    (kept, update) => withCondition(kept, update, nowMs),
    server.metadata.conditions,
  );
  const notices = [...machine.notices, ...noticesOf(server)];
  return conditionsFromNotices(conditions, notices, observedGeneration, nowMs);
}

/**
 * `Available` says whether what was asked for has been carried out: the provider has taken the
 * machine on. Whether it runs well is `Healthy`'s (compute-api §3.10).
 */
export function availability(server: Server, machine: MachineState): Verdict {
  const { rebuild } = server.status;
  if (rebuild?.state === "Failed") {
    return verdict(
      "False",
      "RebuildFailed",
      `the disk could not be made from image ${rebuild.targetImageId}${because(machine)}; choose another image`,
    );
  }
  if (rebuild !== undefined) {
    return verdict("False", "Provisioning", `the disk is made anew from ${rebuild.targetImageId}`);
  }
  if (machine.power === "queued") return inQueue(machine);
  if (neverBooted(server, machine) && isDown(machine) && machine.fault !== undefined) {
    return verdict("False", REASON_OF_FAULT[machine.fault.reason], machine.fault.message);
  }
  if (neverBooted(server, machine) && machine.power === "failed") {
    return verdict("False", "Errored", "the machine could not be made");
  }
  if (neverBooted(server, machine) && !isDown(machine) && server.status.createFailures > 0) {
    const next = server.status.createFailures + 1;
    return verdict("False", "Provisioning", `the machine is made anew, attempt ${next}`);
  }
  return verdict("True", "Provisioned", "the machine is as it was asked for");
}

/** A server that was stopped on purpose is well (compute-api §8 row 25). */
export function health(machine: MachineState): Verdict {
  if (machine.task === "rebuild") return verdict("Unknown", "Unknown", "the disk is made anew");
  if (hasExited(machine)) {
    return verdict("False", "MachineExited", machine.fault?.message ?? "the machine ended");
  }
  switch (machine.power) {
    case "running":
      return whileRunning(machine);
    case "stopped":
    case "stopping":
      return machine.fault === undefined
        ? verdict("True", "Healthy", "the machine is off as asked")
        : verdict("False", REASON_OF_FAULT[machine.fault.reason], machine.fault.message);
    case "queued":
    case "building":
      return verdict("Unknown", "Unknown", "the guest has not come up yet");
    case "failed":
      return verdict(
        "False",
        machine.fault === undefined ? "Errored" : REASON_OF_FAULT[machine.fault.reason],
        machine.fault?.message ?? "the machine cannot be used",
      );
  }
}

function noticesOf(server: Server): readonly Notice[] {
  const { replacedAt } = server.status;
  if (replacedAt === undefined) return [];
  const message = `the machine was missing at ${replacedAt} and was made again from its image; what its disk held is lost`;
  return [{ kind: "warning", reason: "MachineReplaced", message }];
}

function inQueue(machine: MachineState): Verdict {
  return machine.fault === undefined
    ? verdict("False", "Provisioning", "the machine waits for its turn")
    : verdict("False", REASON_OF_FAULT[machine.fault.reason], machine.fault.message);
}

function whileRunning(machine: MachineState): Verdict {
  return machine.fault === undefined
    ? verdict("True", "Healthy", "the machine runs")
    : verdict("False", "Degraded", machine.fault.message);
}

function because(machine: MachineState): string {
  return machine.fault === undefined ? "" : ` (${machine.fault.message})`;
}

function verdict(status: Verdict["status"], reason: ConditionReason, message: string): Verdict {
  return { status, reason, message };
}
