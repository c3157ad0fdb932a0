import { isDeepStrictEqual } from "node:util";
import type { RebootMode } from "../../model/server.ts";
import type { MachineFault } from "../machine-fault.ts";
import type { DesiredServer, MachineNotice } from "../provider.ts";
import type { SimulatedDelays } from "./delays.ts";
import type { SlowWork } from "./faults.ts";
import type { Boot, Disk, Machine, MachinePhase } from "./machine.ts";

// How machines change. Pure: the time comes in, a new machine comes out.
//
//   queued ─▶ building ─▶ booting ─▶ running ◀─▶ rebooting
//                 │          ▲          │
//                 │          │          ▼
//                 └───────▶ stopped ◀─ stopping
//                    ▲
//      rebuilding ───┴─▶ booting
//
//   failed ─▶ booting  when it has run before and should run; one that never ran is of no use
//                      until it is rebuilt or removed

const KEPT_BOOTS = 4;
const KEPT_HOSTS = 8;

/** A machine that is about to be made, or one that cannot be. */
export function createMachine(
  server: DesiredServer,
  disk: Disk | MachineFault,
  delays: SimulatedDelays,
  nowMs: number,
): Machine {
  const fault = "reason" in disk ? disk : undefined;
  return {
    ...addressesOf(server),
    id: server.id,
    incarnation: server.incarnation,
    name: server.name,
    cpus: server.flavor.cpus,
    memoryBytes: server.flavor.memoryBytes,
    userDataBytes: server.userData?.length ?? 0,
    desired: server.power,
    phase: fault ? { name: "failed", fault } : { name: "queued", untilMs: nowMs + delays.queueMs },
    disk: "reason" in disk ? { imageId: server.image.id, hosts: [] } : disk,
    boots: [],
    notices: [],
  };
}

/** When the machine's phase ends by itself; undefined when it lasts. */
export function dueOf(machine: Machine): number | undefined {
  return "untilMs" in machine.phase ? machine.phase.untilMs : undefined;
}

/** What the machine's phase does that can go wrong. */
export function slowWorkOf({ phase }: Machine): SlowWork | undefined {
  if (phase.name === "rebuilding") return "rebuild";
  return phase.name === "booting" || phase.name === "rebooting" ? "boot" : undefined;
}

/** The next phase of a machine whose phase has ended; `fault` makes a boot or a rebuild fail. */
export function endPhase(machine: Machine, delays: SimulatedDelays, fault?: MachineFault): Machine {
  const { phase } = machine;
  if (fault !== undefined && "untilMs" in phase) return failMachine(machine, fault, phase.untilMs);
  switch (phase.name) {
    case "queued":
      return withPhase(machine, { name: "building", untilMs: phase.untilMs + delays.buildMs });
    case "building":
      return settle(machine, delays, phase.untilMs);
    case "booting":
    case "rebooting":
      return finishBoot(machine, phase.untilMs);
    case "stopping":
      return settle(endBoot(machine, "off", phase.untilMs), delays, phase.untilMs);
    case "rebuilding":
      return settle({ ...machine, disk: phase.disk }, delays, phase.untilMs);
    case "running":
    case "stopped":
    case "failed":
      return machine;
  }
}

/** Takes over what may change during a machine's life and sets out for the power asked for. */
export function converge(
  machine: Machine,
  server: DesiredServer,
  notices: readonly MachineNotice[],
  delays: SimulatedDelays,
  nowMs: number,
): Machine {
  const addresses = addressesOf(server);
  const changed =
    machine.desired !== server.power ||
    machine.publicIP !== addresses.publicIP ||
    machine.privateIP !== addresses.privateIP ||
    machine.macAddress !== addresses.macAddress ||
    !isDeepStrictEqual(machine.notices, notices);
  const { publicIP: _, ...rest } = machine;
  const next = changed
    ? { ...rest, ...addresses, desired: server.power, notices: [...notices] }
    : machine;
  return power(next, delays, nowMs);
}

/** Reboots a machine that runs. A soft reboot takes the time of a shutdown on top. */
export function reboot(
  machine: Machine,
  mode: RebootMode,
  delays: SimulatedDelays,
  nowMs: number,
): Machine {
  const offMs = mode === "soft" ? delays.stopMs : 0;
  const atMs = nowMs + offMs;
  const down = endBoot(machine, mode === "soft" ? "off" : "reset", atMs);
  return startBoot(down, "rebooting", delays, atMs);
}

/** Begins to replace the disk. */
export function rebuild(
  machine: Machine,
  server: DesiredServer,
  disk: Disk,
  delays: SimulatedDelays,
  nowMs: number,
): Machine {
  const down = endBoot(machine, "off", nowMs);
  return {
    ...down,
    desired: server.power,
    userDataBytes: server.userData?.length ?? 0,
    phase: { name: "rebuilding", untilMs: nowMs + delays.rebuildMs, disk },
  };
}

/** The machine stopped without being asked to. */
export function exitMachine(machine: Machine, message: string, nowMs: number): Machine {
  const exit: MachineFault = { reason: "exited", message };
  return withPhase(endBoot(machine, "lost", nowMs), { name: "stopped", exit });
}

/** The guest shut itself down: the machine is off, and nothing is wrong with it. */
export function shutDownMachine(machine: Machine, nowMs: number): Machine {
  return withPhase(endBoot(machine, "off", nowMs), { name: "stopped" });
}

export function failMachine(machine: Machine, fault: MachineFault, nowMs: number): Machine {
  return withPhase(endBoot(machine, "lost", nowMs), { name: "failed", fault });
}

function power(machine: Machine, delays: SimulatedDelays, nowMs: number): Machine {
  const { name } = machine.phase;
  if (machine.desired === "running") {
    return canStart(machine) ? startBoot(machine, "booting", delays, nowMs) : machine;
  }
  if (name !== "running" && name !== "booting" && name !== "rebooting") return machine;
  return withPhase(machine, { name: "stopping", untilMs: nowMs + delays.stopMs });
}

/**
 * A failed machine that has run holds a disk of the user's, so it is tried again rather than made
 * anew (compute-api §7.4).
 */
function canStart({ phase, launchedAtMs }: Machine): boolean {
  return phase.name === "stopped" || (phase.name === "failed" && launchedAtMs !== undefined);
}

/** Off, with nothing more to do: boots or stays off, as desired. */
function settle(machine: Machine, delays: SimulatedDelays, atMs: number): Machine {
  if (machine.desired === "running") return startBoot(machine, "booting", delays, atMs);
  return withPhase(machine, { name: "stopped" });
}

function startBoot(
  machine: Machine,
  name: "booting" | "rebooting",
  delays: SimulatedDelays,
  atMs: number,
): Machine {
  const { hosts, imageId } = machine.disk;
  const boot: Boot = { startedMs: atMs, tookMs: delays.bootMs, hosts, imageId };
  return {
    ...machine,
    boots: [...machine.boots, boot].slice(-KEPT_BOOTS),
    phase: { name, untilMs: atMs + delays.bootMs },
  };
}

function finishBoot(machine: Machine, atMs: number): Machine {
  const others = machine.disk.hosts.filter((host) => host !== machine.name);
  return {
    ...machine,
    launchedAtMs: machine.launchedAtMs ?? atMs,
    disk: { ...machine.disk, hosts: [...others, machine.name].slice(-KEPT_HOSTS) },
    phase: { name: "running" },
  };
}

function endBoot(machine: Machine, how: "off" | "reset" | "lost", atMs: number): Machine {
  const last = machine.boots.at(-1);
  if (last === undefined || last.end !== undefined) return machine;
  return { ...machine, boots: [...machine.boots.slice(0, -1), { ...last, end: { atMs, how } }] };
}

function withPhase(machine: Machine, phase: MachinePhase): Machine {
  return { ...machine, phase };
}

function addressesOf(
  server: DesiredServer,
): Pick<Machine, "privateIP" | "gateway" | "macAddress" | "publicIP"> {
  return {
    privateIP: server.privateIP,
    gateway: server.network.gateway,
    macAddress: server.macAddress,
    ...(server.publicIP === undefined ? {} : { publicIP: server.publicIP }),
  };
}
