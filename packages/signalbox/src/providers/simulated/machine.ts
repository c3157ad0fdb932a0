import { type Static, Type } from "typebox";
import { MACHINE_FAULT } from "../machine-fault.ts";

// The schemas stand beside the types because a machine outlives the process: it is read back from
// a file that may hold anything.

const NOTICE = Type.Object({
  kind: Type.Union([Type.Literal("limited"), Type.Literal("warning")]),
  reason: Type.Union([Type.Literal("Unsupported"), Type.Literal("PortNotForwarded")]),
  message: Type.String(),
});

/** A root disk: the image that it came from and the marks that boots left on it. */
export const DISK = Type.Object({
  imageId: Type.String(),
  /** Names of the machines that booted from it, oldest first. */
  hosts: Type.Array(Type.String()),
});
export type Disk = Readonly<Static<typeof DISK>>;

/**
 * Where a machine is in its life. A phase with `untilMs` (milliseconds since the epoch) ends by
 * itself then, so that machines live on while the daemon is down.
 */
const PHASE = Type.Union([
  Type.Object({ name: Type.Literal("queued"), untilMs: Type.Number() }),
  Type.Object({ name: Type.Literal("building"), untilMs: Type.Number() }),
  Type.Object({ name: Type.Literal("booting"), untilMs: Type.Number() }),
  Type.Object({ name: Type.Literal("running") }),
  Type.Object({ name: Type.Literal("rebooting"), untilMs: Type.Number() }),
  Type.Object({ name: Type.Literal("stopping"), untilMs: Type.Number() }),
  Type.Object({ name: Type.Literal("stopped"), exit: Type.Optional(MACHINE_FAULT) }),
  Type.Object({ name: Type.Literal("rebuilding"), untilMs: Type.Number(), disk: DISK }),
  Type.Object({ name: Type.Literal("failed"), fault: MACHINE_FAULT }),
]);
export type MachinePhase = Readonly<Static<typeof PHASE>>;

/** One power-on, for the console. */
const BOOT = Type.Object({
  startedMs: Type.Number(),
  /** From power on to login prompt. */
  tookMs: Type.Number(),
  /** Machines that had booted from the disk before. */
  hosts: Type.Array(Type.String()),
  imageId: Type.String(),
  end: Type.Optional(
    Type.Object({
      atMs: Type.Number(),
      how: Type.Union([Type.Literal("off"), Type.Literal("reset"), Type.Literal("lost")]),
    }),
  ),
});
export type Boot = Readonly<Static<typeof BOOT>>;

export const MACHINE = Type.Object({
  id: Type.String(),
  incarnation: Type.String(),
  name: Type.String(),
  cpus: Type.Number(),
  memoryBytes: Type.Number(),
  privateIP: Type.String(),
  gateway: Type.String(),
  macAddress: Type.String(),
  publicIP: Type.Optional(Type.String()),
  userDataBytes: Type.Number(),
  /** The power that was last asked for. */
  desired: Type.Union([Type.Literal("running"), Type.Literal("stopped")]),
  phase: PHASE,
  disk: DISK,
  launchedAtMs: Type.Optional(Type.Number()),
  /** The last few, oldest first. */
  boots: Type.Array(BOOT),
  /** What was asked for and is not carried out. */
  notices: Type.Array(NOTICE),
});

/** One simulated machine. A value: what changes it answers a new one. */
export type Machine = Readonly<Static<typeof MACHINE>>;
