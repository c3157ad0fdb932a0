import { isDeepStrictEqual } from "node:util";
import { type Condition, findCondition } from "../../model/condition.ts";
import type { Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { nextStep, type NextStepOptions } from "../server/next-step.ts";
import { observedServer } from "../server/observed-server.ts";

/**
 * True when a server is not what its machine shows, or not what was asked for: reason enough for a
 * reconcile.
 *
 * @param machine undefined when there is none
 */
export function hasDrifted(
  server: Server,
  machine: MachineState | undefined,
  nowMs: number,
  options: NextStepOptions,
): boolean {
  const { deletedAt, conditions, generation } = server.metadata;
  const available = findCondition(conditions, "Available");
  if (deletedAt !== undefined || available?.status !== "True" || machine === undefined) return true;
  if (available.observedGeneration < generation) return true;
  if (nextStep(server, machine, nowMs, options).type !== "converge") return true;
  if (machine.power !== server.power.desired) return true;
  const seen = observedServer(server, machine, generation, nowMs);
  return !isDeepStrictEqual(seen.status, server.status) || speaksAnew(server, seen);
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
