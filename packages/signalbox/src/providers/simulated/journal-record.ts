import { fail, ok, type Result } from "@signalbox/base";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/schema";
import { DISK, MACHINE } from "./machine.ts";

/** An image that was imported or taken as a snapshot. */
export const STORED_DISK_IMAGE = Type.Object({
  digest: Type.String(),
  virtualBytes: Type.Number(),
  disk: DISK,
});
export type StoredDiskImage = Readonly<Static<typeof STORED_DISK_IMAGE>>;

const JOURNAL_RECORD = Type.Union([
  Type.Object({
    kind: Type.Literal("machine"),
    key: Type.String(),
    value: Type.Optional(MACHINE),
  }),
  Type.Object({
    kind: Type.Literal("image"),
    key: Type.String(),
    value: Type.Optional(STORED_DISK_IMAGE),
  }),
]);

/** The present state of one thing; without `value` it is gone. */
export type JournalRecord = Readonly<Static<typeof JOURNAL_RECORD>>;

const validator = Compile(JOURNAL_RECORD);

export function parseJournalLine(line: string): Result<JournalRecord> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return fail("not JSON");
  }
  return validator.Check(value) ? ok(value) : fail("not a record of a simulated provider");
}
