import type { DesiredPower, PowerState, Server, ServerStatus } from "../../model/server.ts";
import type { MachinePower, MachineState } from "../../providers/provider.ts";
import { hasExited, isDown } from "./machine-history.ts";
import { isForgotten } from "./restart-backoff.ts";

/** compute-api §3.10; a failed machine says nothing new about its power. */
// biome-ignore format: a table reads best with one row a line
const POWER_STATE: Readonly<Record<MachinePower, PowerState | undefined>> = Object.freeze({
  queued:   "Queued",
  building: "Building",
  running:  "Running",
  stopping: "Stopping",
  stopped:  "Stopped",
  failed:   undefined,
});

/** Its guest does not run yet, and nothing has ended its start. */
const STARTING: ReadonlySet<MachinePower> = new Set(["queued", "building"]);

/** The status of `server` after its machine was seen like this. */
export function statusFromMachine(
  server: Server,
  machine: MachineState,
  nowMs: number,
): ServerStatus {
  const { rebooting, ...before } = server.status;
  const runs = machine.power === "running" && machine.task !== "rebuild";
  return withoutStaleRestarts(
    {
      ...before,
      ...powerOf(machine, server.power.desired),
      ...addressesOf(server, runs),
      ...imageOf(machine),
      ...firstTimes(before, machine, nowMs),
      ...rebootOf(machine, rebooting),
      ...exitOf(machine),
      ...abandonedReboot(server),
    },
    runs,
    nowMs,
  );
}

function powerOf(machine: MachineState, desired: DesiredPower): Partial<ServerStatus> {
  if (machine.task === "rebuild") return { powerState: "Building" };
  // Without this a server that is stopped after its machine has failed would stop for ever.
  const isOff = hasExited(machine) || (desired === "stopped" && isDown(machine));
  const powerState = isOff ? "Stopped" : POWER_STATE[machine.power];
  return powerState === undefined ? {} : { powerState };
}

/** The MAC address is shown from the first time that the machine ran, then always (compute-api §1.13). */
function addressesOf(server: Server, runs: boolean): Partial<ServerStatus> {
  const { allocation } = server;
  if (allocation === undefined) return {};
  const { privateIP, macAddress } = allocation;
  return runs ? { privateIP, macAddress } : { privateIP };
}

/** While the disk is being replaced it is of no image. */
function imageOf(machine: MachineState): Partial<ServerStatus> {
  return machine.imageId === undefined || machine.task === "rebuild"
    ? {}
    : { imageId: machine.imageId };
}

/** Each is written once and never changes (compute-api §1.13). */
function firstTimes(
  before: ServerStatus,
  machine: MachineState,
  nowMs: number,
): Partial<ServerStatus> {
  const now = new Date(nowMs).toISOString();
  const launchedAt =
    before.launchedAt ??
    (machine.launchedAtMs === undefined ? undefined : new Date(machine.launchedAtMs).toISOString());
  const hasLeftQueue = machine.power === "building" || machine.power === "running";
  const scheduledAt = before.scheduledAt ?? (hasLeftQueue ? now : undefined);
  if (machine.power !== "running") {
    return { ...(launchedAt && { launchedAt }), ...(scheduledAt && { scheduledAt }) };
  }
  return {
    launchedAt: launchedAt ?? now,
    scheduledAt: scheduledAt ?? now,
    provisionedAt: before.provisionedAt ?? now,
  };
}

/** For the provider a reboot may be over once the machine is started again: not for who waits for it. */
function rebootOf(machine: MachineState, rebooting: true | undefined): Partial<ServerStatus> {
  const goesOn = machine.rebooting ?? (rebooting && STARTING.has(machine.power));
  return goesOn ? { rebooting: true } : {};
}

function exitOf(machine: MachineState): Partial<ServerStatus> {
  return machine.fault !== undefined && isDown(machine)
    ? { exitReason: machine.fault.message }
    : {};
}

/** Stopping a server takes back a reboot that had not begun. */
function abandonedReboot(server: Server): Partial<ServerStatus> {
  const { desired, reboot } = server.power;
  return desired === "stopped" && reboot !== undefined ? { rebootedId: reboot.id } : {};
}

function withoutStaleRestarts(status: ServerStatus, runs: boolean, nowMs: number): ServerStatus {
  if (!runs || status.restarts === undefined || !isForgotten(status.restarts, nowMs)) return status;
  const { restarts: _forgotten, exitReason: _past, ...rest } = status;
  return rest;
}
