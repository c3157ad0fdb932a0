import type { MachineFault } from "../../machine-fault.ts";
import type { MachineNotice, MachinePower, MachineState } from "../../provider.ts";
import type { MachineRecord } from "./machine-record.ts";
import type { RunState } from "./run-state.ts";

/** What is being done to a machine, apart from its own life. */
export type MachineActivity =
  | "none"
  | "stopping"
  | "rebooting"
  | "rebuild"
  | "snapshot"
  | "removal";

/** Whether the guest has given a sign of life since its start. */
export type BootProgress = "silent" | "overdue" | "seen";

/** Everything that a machine's state follows from. */
export interface MachineView {
  readonly record: MachineRecord | undefined;
  readonly activity: MachineActivity;
  /** Undefined: no process runs. */
  readonly runState: RunState | undefined;
  readonly boot: BootProgress;
  /** It waits for a turn (`true`), or for what the fault says. */
  readonly queued: boolean | MachineFault;
  /** What went wrong in this daemon's life. */
  readonly fault: MachineFault | undefined;
  readonly notices: readonly MachineNotice[];
}

const OVERDUE: MachineFault = {
  reason: "boot_timeout",
  message:
    "the guest has given no sign of life since its start; check that the image is bootable (x86, BIOS) and that it writes to its serial console",
};
const DISK_FULL: MachineFault = {
  reason: "disk_full",
  message: "the host's disk is full, so the guest is paused; it goes on when there is room again",
};
const DISK_CORRUPT: MachineFault = {
  reason: "image_corrupt",
  message: "the machine's disk is damaged; rebuild the server, which makes a new disk",
};
const BROKEN: MachineFault = {
  reason: "exited",
  message: "QEMU had to stop the guest: its acceleration failed; it is being started again",
};

/** Pure: the machine's state as the provider's interface tells it. */
export function describeMachine(view: MachineView): MachineState {
  const { record, activity, notices } = view;
  const task = activity === "rebuild" || activity === "snapshot" ? activity : undefined;
  return {
    ...powerAndFault(view),
    notices,
    ...(record && { imageId: record.imageId, macAddress: record.macAddress }),
    ...(record?.launchedAtMs !== undefined && { launchedAtMs: record.launchedAtMs }),
    ...(task && { task }),
    ...((activity === "rebooting" || record?.rebooting) && { rebooting: true as const }),
  };
}

function powerAndFault(view: MachineView): { power: MachinePower; fault?: MachineFault } {
  const { queued, runState } = view;
  if (runState !== undefined) return whileAlive(view, runState);
  if (queued === true) return { power: "queued" };
  if (queued !== false) return { power: "queued", fault: queued };
  return whileDown(view);
}

function whileAlive(
  { activity, boot, fault, record }: MachineView,
  runState: RunState,
): { power: MachinePower; fault?: MachineFault } {
  if (activity === "stopping") return { power: "stopping" };
  if (runState === "disk_full") return { power: "failed", fault: DISK_FULL };
  if (runState === "disk_corrupt") return { power: "failed", fault: DISK_CORRUPT };
  if (runState === "broken") return { power: "failed", fault: BROKEN };
  const reported = fault === undefined ? {} : { fault };
  if (boot === "overdue") return { power: "failed", fault: OVERDUE };
  // A machine runs once it is on disk when its guest first did: that moment never moves.
  if (boot === "silent" || record?.launchedAtMs === undefined) {
    return { power: "building", ...reported };
  }
  return { power: "running", ...(record.fault && { fault: record.fault }), ...reported };
}

function whileDown({ record, fault, activity }: MachineView): {
  power: MachinePower;
  fault?: MachineFault;
} {
  // The reconciler takes a machine that is off for one whose guest shut itself down.
  const isStarting = fault === undefined || fault.reason === "rebuild_failed";
  if (record?.rebooting && isStarting) return { power: "building" };
  const reason = fault ?? record?.fault;
  if (reason === undefined) {
    if (record === undefined) return { power: "queued" };
    if (record.process === undefined) return { power: "stopped" };
    // The process is gone, and how it ended is being found out: not yet a guest's own shutdown.
    if (activity === "stopping") return { power: "stopping" };
    return { power: record.launchedAtMs === undefined ? "building" : "running" };
  }
  const power = reason.reason === "rebuild_failed" && record !== undefined ? "stopped" : "failed";
  return { power, fault: reason };
}
