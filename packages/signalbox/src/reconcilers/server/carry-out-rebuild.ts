import type { ReconcileResult } from "@signalbox/controller";
import type { Rebuild, Server } from "../../model/server.ts";
import { POLL_MS, type ServerStep } from "./next-step.ts";
import { storedRebuild } from "./rebuild.ts";
import { record } from "./record.ts";
import type { ServerTurn } from "./server-turn.ts";

/** Does one step of a destructive image change (compute-api §3.9). */
export async function carryOutRebuild(
  turn: ServerTurn,
  step: (ServerStep & { type: "rebuild" })["step"],
): Promise<ReconcileResult> {
  switch (step.type) {
    case "mark":
      await record(turn, turn.machine, (server) => withRebuild(server, step.rebuild));
      return { requeueAfterMs: 0 };
    case "submit":
      return submit(turn);
    case "wait":
      await record(turn, turn.machine);
      return { requeueAfterMs: POLL_MS };
    case "clear":
      await record(turn, turn.machine, withoutRebuild(turn.desired.image.id));
      return { requeueAfterMs: 0 };
    case "park":
      return record(turn, turn.machine);
  }
}

async function submit(turn: ServerTurn): Promise<ReconcileResult> {
  const { provider, desired, context, deps } = turn;
  const machine = await provider.rebuildServer(desired, { signal: context.signal });
  const startedAt =
    turn.server.status.rebuild?.startedAt ?? new Date(deps.clock.now()).toISOString();
  const accepted: Rebuild = { targetImageId: desired.image.id, state: "Rebuilding", startedAt };
  await record(turn, machine, (server) => withRebuild(server, accepted));
  return { requeueAfterMs: machine.task === undefined ? 0 : POLL_MS };
}

function withRebuild(server: Server, decided: Rebuild): Server {
  const rebuild = storedRebuild(server, decided);
  return rebuild === undefined ? server : { ...server, status: { ...server.status, rebuild } };
}

/** Only the marker that was decided on: the API may have put a new one in its place. */
function withoutRebuild(targetImageId: string): (server: Server) => Server {
  return (server) => {
    if (server.status.rebuild?.targetImageId !== targetImageId) return server;
    const { rebuild: _settled, ...status } = server.status;
    return { ...server, status };
  };
}
