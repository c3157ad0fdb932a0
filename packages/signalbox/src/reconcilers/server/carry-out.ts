import type { ReconcileResult } from "@signalbox/controller";
import { isDeepStrictEqual } from "node:util";
import type { Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { announcePower } from "./announce-power.ts";
import { carryOutRebuild } from "./carry-out-rebuild.ts";
import { discardMachine, giveUpCreation } from "./failed-creation.ts";
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
      return discardMachine(turn, step.failures);
    case "rebuild":
      return carryOutRebuild(turn, step.step);
    case "wait":
      await record(turn, turn.machine);
      return { requeueAfterMs: step.afterMs };
    case "park":
      return giveUpCreation(turn, step.reason);
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
  const machine = await observeRebooted(turn);
  await record(turn, machine, (server) => ({
    ...server,
    status: { ...server.status, rebootedId: step.id },
  }));
  return { requeueAfterMs: POLL_MS };
}

/** What cannot be seen now is taken to go on, and looked at again: a throw would reboot it once more. */
async function observeRebooted(turn: ServerTurn): Promise<MachineState | undefined> {
  const { provider, desired, context } = turn;
  try {
    return await provider.observeServer(desired, { signal: context.signal });
  } catch (err) {
    context.log.warn({ err }, "a machine that was rebooted cannot be observed");
    return turn.machine && { ...turn.machine, rebooting: true };
  }
}

function ensure({ provider, desired, context }: ServerTurn): Promise<MachineState> {
  return provider.ensureServer(desired, { signal: context.signal });
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
  const { power, task, rebooting } = machine;
  const isChanging =
    power === "queued" || power === "building" || power === "stopping" || rebooting === true;
  return isChanging || task !== undefined ? { requeueAfterMs: POLL_MS } : undefined;
}
