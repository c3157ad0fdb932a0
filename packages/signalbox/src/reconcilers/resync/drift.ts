import { isDeepStrictEqual } from "node:util";
import { type Condition, findCondition } from "../../model/condition.ts";
import type { Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { isDown } from "../server/machine-history.ts";
import { nextStep, type NextStepOptions } from "../server/next-step.ts";
import { observedServer } from "../server/observed-server.ts";

/** How a server stands to what its machine shows and to what was asked for. */
export type Drift =
  | "none"
  /** It is not what its machine shows, or not what was asked for: a reconcile is due. */
  | "drifted"
  /**
   * It is not available, as a reconcile has left it. An event or a timer looks at it again when
   * there is something to do; a look now and then is for what neither tells of.
   */
  | "unsettled";

/** @param machine undefined when there is none */
export function driftOf(
  server: Server,
  machine: MachineState | undefined,
  nowMs: number,
  options: NextStepOptions,
): Drift {
  const { deletedAt, conditions, generation } = server.metadata;
  const available = findCondition(conditions, "Available");
  if (available === undefined || available.observedGeneration < generation) return "drifted";
  if (deletedAt !== undefined) return "unsettled";
  if (available.status !== "True") {
    // What `Available` says is not the machine's alone then.
    const { status } = machine === undefined ? server : seenAs(server, machine, nowMs);
    return isDeepStrictEqual(status, server.status) ? "unsettled" : "drifted";
  }
  if (machine === undefined || !isPoweredAsAsked(server, machine)) return "drifted";
  if (nextStep(server, machine, nowMs, options).type !== "converge") return "drifted";
  const seen = seenAs(server, machine, nowMs);
  const isSaid = isDeepStrictEqual(seen.status, server.status) && !speaksAnew(server, seen);
  return isSaid ? "none" : "drifted";
}

/** A machine that has failed is as good as stopped. */
function isPoweredAsAsked({ power }: Server, machine: MachineState): boolean {
  return power.desired === "stopped" ? isDown(machine) : machine.power === "running";
}

function seenAs(server: Server, machine: MachineState, nowMs: number): Server {
  return observedServer(server, machine, server.metadata.generation, nowMs);
}

/** `Limited` and `Warning` also hold what the machine does not know of. */
function speaksAnew(before: Server, after: Server): boolean {
  return (["Available", "Healthy"] as const).some((type) => {
    const said = findCondition(before.metadata.conditions, type);
    const says = findCondition(after.metadata.conditions, type);
    return !isDeepStrictEqual(essence(said), essence(says));
  });
}

function essence(condition: Condition | undefined): readonly unknown[] {
  return [condition?.status, condition?.reason, condition?.message];
}
