import { isDeepStrictEqual } from "node:util";
import { SERVER } from "../../model/kinds.ts";
import type { Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { changeResource } from "../change-resource.ts";
import { observedServer } from "./observed-server.ts";
import type { ServerTurn } from "./server-turn.ts";

/**
 * Writes what a turn has learned, in one go.
 *
 * @param machine as it was last seen; undefined when there is none
 * @param change what the turn itself has done; pure, applied to the server as it is now
 * @param verdict what has to be said instead of what the machine alone would say; pure
 */
export async function record(
  turn: ServerTurn,
  machine: MachineState | undefined,
  change: (server: Server) => Server = keep,
  verdict: (server: Server) => Server = keep,
): Promise<void> {
  const { deps, server, instruments, context, droppedWishes } = turn;
  const { id, generation } = server.metadata;
  const nowMs = deps.clock.now();
  const seen = machine && { ...machine, notices: [...machine.notices, ...droppedWishes] };
  const written = await changeResource(deps.store, SERVER, id, context.log, (present) => {
    if (present.incarnation !== server.incarnation) return undefined;
    const changed = change(present);
    const observed =
      seen === undefined ? changed : observedServer(changed, seen, generation, nowMs);
    return verdict(keepNewerPower(present, server, observed));
  });
  if (written !== undefined) instruments.observe(written);
}

/** A start or stop that came in meanwhile has said what the power state is on its way to. */
function keepNewerPower(present: Server, read: Server, next: Server): Server {
  if (isDeepStrictEqual(present.power, read.power)) return next;
  const { powerState: _outdated, ...status } = next.status;
  const { powerState } = present.status;
  return { ...next, status: powerState === undefined ? status : { ...status, powerState } };
}

function keep(server: Server): Server {
  return server;
}
