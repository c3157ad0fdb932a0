import type { ReconcileResult } from "@signalbox/controller";
import { isDeepStrictEqual } from "node:util";
import type { ConditionReason } from "../../model/condition.ts";
import type { PowerState, Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { setCondition } from "../set-condition.ts";
import { carryOutRebuild } from "./carry-out-rebuild.ts";
import { isDown } from "./machine-history.ts";
import { POLL_MS, type ServerStep } from "./next-step.ts";
import { record } from "./record.ts";
import { countRestart } from "./restart-backoff.ts";
import type { ServerTurn } from "./server-turn.ts";

/** Does the one step that was decided on and writes down what came of it. */
export async function carryOut(turn: ServerTurn, step: ServerStep): Promise<ReconcileResult> {
  switch (step.type) {
    case "create":
      return create(turn, step.replaces);
    case "converge":
      return converge(turn);
    case "acceptShutdown":
      return acceptShutdown(turn);
    case "restart":
      return restart(turn);
    case "reboot":
      return reboot(turn, step);
    case "discard":
      return discard(turn, step.failures);
    case "rebuild":
      return carryOutRebuild(turn, step.step);
    case "wait":
      await record(turn, turn.machine);
      return { requeueAfterMs: step.afterMs };
    case "park":
      return park(turn, step.reason);
  }
}

async function create(turn: ServerTurn, replaces: boolean): Promise<ReconcileResult> {
  const machine = await ensure(turn);
  const replacedAt = new Date(turn.deps.clock.now()).toISOString();
  await record(turn, machine, (server) => {
    // The disk is new, of the image that is wanted: nothing is left to rebuild.
    const { rebuild: _done, ...status } = server.status;
    const next = { ...server, status: replaces ? { ...status, replacedAt } : status };
    return withPublicAddress(next, turn.desired.publicIP);
  });
  return pollWhileChanging(machine);
}

async function converge(turn: ServerTurn): Promise<ReconcileResult> {
  await announcePower(turn);
  const machine = await ensure(turn);
  await record(turn, machine, (server) => withPublicAddress(server, turn.desired.publicIP));
  return pollWhileChanging(machine);
}

async function acceptShutdown(turn: ServerTurn): Promise<ReconcileResult> {
  await record(turn, turn.machine, (server) =>
    isDeepStrictEqual(server.power, turn.server.power)
      ? { ...server, power: { ...server.power, desired: "stopped" } }
      : server,
  );
  return { requeueAfterMs: 0 };
}

async function restart(turn: ServerTurn): Promise<ReconcileResult> {
  const exitReason = turn.machine?.fault?.message;
  const machine = await ensure(turn);
  const nowMs = turn.deps.clock.now();
  await record(turn, machine, (server) => ({
    ...server,
    status: {
      ...server.status,
      restarts: countRestart(server.status.restarts, nowMs),
      ...(exitReason !== undefined && { exitReason }),
      // A reboot that was asked for meanwhile has just happened.
      ...(turn.server.power.reboot && { rebootedId: turn.server.power.reboot.id }),
    },
  }));
  return pollWhileChanging(machine) ?? { requeueAfterMs: POLL_MS };
}

/** Noted after it was done: after a crash in between it is done twice rather than never. */
async function reboot(
  turn: ServerTurn,
  step: ServerStep & { type: "reboot" },
): Promise<ReconcileResult> {
  const { provider, desired, context } = turn;
  await provider.rebootServer(desired, step.mode, { signal: context.signal });
  await record(turn, turn.machine, (server) => ({
    ...server,
    status: { ...server.status, rebootedId: step.id },
  }));
  return { requeueAfterMs: POLL_MS };
}

async function discard(
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

async function park(turn: ServerTurn, reason: ConditionReason): Promise<ReconcileResult> {
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

function ensure({ provider, desired, context }: ServerTurn): Promise<MachineState> {
  return provider.ensureServer(desired, { signal: context.signal });
}

/**
 * Says where the power is going before the provider is asked. Without it, a crash between the
 * provider's answer and its writing would leave `Running` beside a machine that is off, and that
 * looks like a guest that shut itself down.
 */
async function announcePower(turn: ServerTurn): Promise<void> {
  const { machine, server } = turn;
  const powerState = powerOnItsWay(server, machine);
  if (powerState === undefined || server.status.powerState === powerState) return;
  await record(turn, undefined, (present) =>
    isDeepStrictEqual(present.power, server.power)
      ? { ...present, status: { ...present.status, powerState } }
      : present,
  );
}

function powerOnItsWay(server: Server, machine: MachineState | undefined): PowerState | undefined {
  if (machine === undefined || machine.task !== undefined) return undefined;
  if (server.power.desired === "running") return isDown(machine) ? "Pending" : undefined;
  return machine.power === "running" || machine.power === "building" ? "Stopping" : undefined;
}

/**
 * Shows the public address that the provider has been told, and lets go of one that it has been
 * told to take away: not before, or the next holder would find it in use.
 */
function withPublicAddress(server: Server, told: string | undefined): Server {
  const { publicIP: _shown, ...status } = server.status;
  if (told !== undefined) return { ...server, status: { ...status, publicIP: told } };
  const next = { ...server, status };
  if (server.spec.networking.publicIP === true || server.allocation === undefined) return next;
  const { publicIP: _held, ...allocation } = server.allocation;
  return { ...next, allocation };
}

/** Machines report changes themselves; this is for a report that is lost. */
export function pollWhileChanging(machine: MachineState): ReconcileResult {
  const { power, task } = machine;
  const isChanging = power === "queued" || power === "building" || power === "stopping";
  return isChanging || task !== undefined ? { requeueAfterMs: POLL_MS } : undefined;
}
