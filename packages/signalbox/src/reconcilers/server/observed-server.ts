import type { Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { conditionsFromMachine } from "./conditions-from-machine.ts";
import { statusFromMachine } from "./status-from-machine.ts";

/**
 * The server after its machine was seen like this: status and conditions together, so that they
 * are written in one go and never contradict each other (compute-api §7.5).
 *
 * @param observedGeneration of the desired state that was given to the provider
 */
export function observedServer(
  server: Server,
  machine: MachineState,
  observedGeneration: number,
  nowMs: number,
): Server {
  const seen = { ...server, status: statusFromMachine(server, machine, nowMs) };
  const conditions = conditionsFromMachine(seen, machine, observedGeneration, nowMs);
  return { ...seen, metadata: { ...seen.metadata, conditions } };
}
