import { directoryRecord, SELF } from "./iso-directory.ts";
import {
  NO_VOLUME_DATE,
  SECTOR_BYTES,
  VOLUME_DATE,
  writeBoth16,
  writeBoth32,
} from "./iso-fields.ts";
import type { NamePlan } from "./iso-names.ts";
import { PATH_TABLE_BYTES } from "./iso-path-table.ts";

export interface VolumeDescription {
  readonly plan: NamePlan;
  readonly volume: { readonly label: string; readonly sectors: number };
  /** Sector of the root directory. */
  readonly root: number;
  /** Sectors of the two path tables. */
  readonly pathTable: { readonly little: number; readonly big: number };
}

/** Text fields that nobody reads: where they lie, how long they are (ECMA-119 §8.4.13 to 22). */
// biome-ignore format: a table
const UNUSED_TEXTS: readonly (readonly [at: number, bytes: number])[] = [
  [8, 32], [190, 128], [318, 128], [446, 128], [574, 128], [702, 37], [739, 37], [776, 37],
];

/** ECMA-119 §8.4 and §8.5: one sector that says where everything is. */
export function volumeDescriptor(description: VolumeDescription): Buffer {
  const { plan, volume, root, pathTable } = description;
  const sector = descriptor(plan.descriptorType);
  for (const [at, bytes] of UNUSED_TEXTS) plan.text("", bytes).copy(sector, at);
  plan.text(volume.label, 32).copy(sector, 40);
  writeBoth32(sector, volume.sectors, 80);
  sector.write(plan.escapeSequence, 88, "latin1");
  writeBoth16(sector, 1, 120);
  writeBoth16(sector, 1, 124);
  writeBoth16(sector, SECTOR_BYTES, 128);
  writeBoth32(sector, PATH_TABLE_BYTES, 132);
  sector.writeUInt32LE(pathTable.little, 140);
  sector.writeUInt32BE(pathTable.big, 148);
  directoryRecord({
    sector: root,
    bytes: SECTOR_BYTES,
    isDirectory: true,
    identifier: SELF,
  }).copy(sector, 156);
  [VOLUME_DATE, VOLUME_DATE, NO_VOLUME_DATE, NO_VOLUME_DATE].forEach((date, index) => {
    date.copy(sector, 813 + index * date.length);
  });
  sector.writeUInt8(1, 881);
  return sector;
}

/** ECMA-119 §8.3: ends the list of descriptors. */
export function volumeTerminator(): Buffer {
  return descriptor(255);
}

/** ECMA-119 §8.1: what all kinds of descriptor begin with. */
function descriptor(type: number): Buffer {
  const sector = Buffer.alloc(SECTOR_BYTES);
  sector.writeUInt8(type, 0);
  sector.write("CD001", 1, "latin1");
  sector.writeUInt8(1, 6);
  return sector;
}
