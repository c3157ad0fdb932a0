import { isDeepStrictEqual } from "node:util";
import type { PowerState, Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { isDown } from "./machine-history.ts";
import { record } from "./record.ts";
import type { ServerTurn } from "./server-turn.ts";

/**
 * Says where the power is going before the provider is asked. Without it, a crash between the
 * provider's answer and its writing would leave `Running` beside a machine that is off, and that
 * looks like a guest that shut itself down.
 */
export async function announcePower(turn: ServerTurn): Promise<void> {
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
