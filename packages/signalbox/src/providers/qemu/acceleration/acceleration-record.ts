import { fail, ok, type Result } from "@signalbox/base";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/schema";

const ACCELERATION_RECORD = Type.Object({
  acceleration: Type.Union([Type.Literal("kvm"), Type.Literal("tcg")]),
  /** For the operator: why this one. */
  message: Type.String(),
  /** What the trial depended on: boot of the host, kernel, QEMU. */
  subject: Type.String(),
});

/** What a trial of the hardware's acceleration found, for as long as `subject` is the same. */
export type AccelerationRecord = Readonly<Static<typeof ACCELERATION_RECORD>>;

const validator = Compile(ACCELERATION_RECORD);

export function parseAccelerationRecord(text: string): Result<AccelerationRecord> {
  try {
    const value: unknown = JSON.parse(text);
    return validator.Check(value) ? ok(value) : fail("not a record of a trial");
  } catch {
    return fail("not JSON");
  }
}
