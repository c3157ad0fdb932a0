import type { MachinePower, MachineState } from "../provider.ts";
import type { Machine, MachinePhase } from "./machine.ts";

const POWER: Readonly<Record<MachinePhase["name"], MachinePower>> = {
  queued: "queued",
  building: "building",
  booting: "building",
  running: "running",
  // The machine stays on; a reboot sets no power state (compute-api §3.8).
  rebooting: "running",
  stopping: "stopping",
  stopped: "stopped",
  rebuilding: "building",
  failed: "failed",
};

/** What an observer sees of a machine. */
export function machineStateOf(machine: Machine, snapshotting: boolean): MachineState {
  const { phase, launchedAtMs } = machine;
  const task = phase.name === "rebuilding" ? "rebuild" : snapshotting ? "snapshot" : undefined;
  const fault =
    phase.name === "failed" ? phase.fault : phase.name === "stopped" ? phase.exit : undefined;
  return {
    power: POWER[phase.name],
    imageId: machine.disk.imageId,
    macAddress: machine.macAddress,
    notices: machine.notices,
    ...(task === undefined ? {} : { task }),
    ...(phase.name === "rebooting" && { rebooting: true as const }),
    ...(launchedAtMs === undefined ? {} : { launchedAtMs }),
    ...(fault === undefined ? {} : { fault }),
  };
}
