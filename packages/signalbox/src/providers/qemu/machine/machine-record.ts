import { fail, ok, type Result } from "@signalbox/base";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/schema";
import { MACHINE_FAULT } from "../../machine-fault.ts";

const MACHINE_RECORD = Type.Object({
  version: Type.Literal(1),
  id: Type.String(),
  incarnation: Type.String(),
  /** The image that the disk was made from, and the digest of the base file under it. */
  imageId: Type.String(),
  imageDigest: Type.String(),
  cpus: Type.Integer({ minimum: 1 }),
  memoryBytes: Type.Integer({ minimum: 1 }),
  diskBytes: Type.Integer({ minimum: 1 }),
  network: Type.Object({
    prefix: Type.String(),
    host: Type.String(),
    dns: Type.String(),
    address: Type.String(),
  }),
  macAddress: Type.String(),
  /** How many disks it has had; a guest takes each for a new instance and runs user data again. */
  instance: Type.Integer({ minimum: 1 }),
  /** The power that was last asked for. */
  power: Type.Union([Type.Literal("running"), Type.Literal("stopped")]),
  /** True from a soft reboot's beginning until the guest is started again. */
  rebooting: Type.Boolean(),
  /** When the guest first ran; milliseconds since the epoch. */
  launchedAtMs: Type.Optional(Type.Number()),
  /** The process that runs it, or ran it last. */
  process: Type.Optional(
    Type.Object({ pid: Type.Integer(), startTicks: Type.Integer(), bootId: Type.String() }),
  ),
  /** Why it does not run although it should. */
  fault: Type.Optional(MACHINE_FAULT),
});

/** What the daemon remembers of a machine, in `machine.json`. A value: changes make a new one. */
export type MachineRecord = Readonly<Static<typeof MACHINE_RECORD>>;

const validator = Compile(MACHINE_RECORD);

export function formatMachineRecord(record: MachineRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

export function parseMachineRecord(text: string): Result<MachineRecord> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("not JSON");
  }
  return validator.Check(value) ? ok(value) : fail("not a machine's record");
}
