import type { Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";

/**
 * True until the guest has run for the first time. Only then may a machine be thrown away and made
 * again (compute-api §7.4): its disk holds nothing of the user's.
 */
export function neverBooted(server: Server, machine: MachineState | undefined): boolean {
  const { provisionedAt, launchedAt } = server.status;
  return (
    provisionedAt === undefined && launchedAt === undefined && machine?.launchedAtMs === undefined
  );
}

/** The process behind the machine ended by itself: a crash, a kill, a restart of the host. */
export function hasExited(machine: MachineState): boolean {
  return machine.fault?.reason === "exited" && isDown(machine);
}

/** Neither runs nor is about to. */
export function isDown(machine: MachineState): boolean {
  return machine.power === "stopped" || machine.power === "failed";
}
