import type { ReconcileResult } from "@signalbox/controller";
import type { ConditionReason } from "../../model/condition.ts";
import type { Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { setCondition } from "../set-condition.ts";
import { record } from "./record.ts";
import type { ServerTurn } from "./server-turn.ts";

/** Removes a machine that never ran, so that the next look makes it anew. */
export async function discardMachine(
  turn: ServerTurn,
  failures: "counted" | "uncounted" | "reset",
): Promise<ReconcileResult> {
  const { provider, desired, context, deps, server } = turn;
  await provider.removeServer(desired, { signal: context.signal });
  const why = turn.machine?.fault?.message ?? "it was to be made differently";
  const nowMs = deps.clock.now();
  await record(turn, undefined, (present) => {
    const { imageId: _gone, ...status } = present.status;
    const count = failures === "reset" ? 0 : status.createFailures;
    const createFailures = failures === "counted" ? count + 1 : count;
    const next: Server = {
      ...present,
      status: { ...status, createFailures, powerState: "Pending" },
    };
    return setCondition(
      next,
      {
        type: "Available",
        status: "False",
        reason: "Provisioning",
        message: `the machine is made anew (${why})`,
        observedGeneration: server.metadata.generation,
      },
      nowMs,
    );
  });
  return { requeueAfterMs: 0 };
}

/** Leaves the last machine as it is, for its console, until somebody acts. */
export async function giveUpCreation(
  turn: ServerTurn,
  reason: ConditionReason,
): Promise<ReconcileResult> {
  const { deps, machine, server } = turn;
  const attempts = deps.settings.createAttempts;
  const nowMs = deps.clock.now();
  await record(
    turn,
    machine,
    (present) => {
      const createFailures = Math.max(present.status.createFailures, attempts);
      return { ...present, status: { ...present.status, createFailures } };
    },
    (observed) =>
      setCondition(
        observed,
        {
          type: "Available",
          status: "False",
          reason,
          message: parkMessage(reason, attempts, machine),
          observedGeneration: server.metadata.generation,
        },
        nowMs,
      ),
  );
}

function parkMessage(
  reason: ConditionReason,
  attempts: number,
  machine: MachineState | undefined,
): string {
  const why = machine?.fault?.message ?? "the machine could not be made";
  return reason === "CreateRetriesExhausted"
    ? `${why}; ${attempts} attempts have failed; ask for a retry when the cause is gone, or delete the server`
    : `${why}; choose another image, or ask for a retry when the image is right again`;
}
