import { RECORDING_DATE, writeBoth16, writeBoth32 } from "./iso-fields.ts";

/** ECMA-119 §6.8.2.2: how a directory names itself and its parent. */
export const SELF: Buffer = Buffer.from([0]);
export const PARENT: Buffer = Buffer.from([1]);

export interface DirectoryEntry {
  readonly sector: number;
  readonly bytes: number;
  readonly isDirectory: boolean;
  readonly identifier: Buffer;
}

/** ECMA-119 §9.1: one entry of a directory. */
export function directoryRecord(entry: DirectoryEntry): Buffer {
  const { identifier } = entry;
  const length = 33 + identifier.length;
  const record = Buffer.alloc(length + (length % 2));
  record.writeUInt8(record.length, 0);
  writeBoth32(record, entry.sector, 2);
  writeBoth32(record, entry.bytes, 10);
  RECORDING_DATE.copy(record, 18);
  record.writeUInt8(entry.isDirectory ? 0x02 : 0, 25);
  // The one volume of its set.
  writeBoth16(record, 1, 28);
  record.writeUInt8(identifier.length, 32);
  identifier.copy(record, 33);
  return record;
}
