import { Problem } from "@signalbox/base";

const UNITS = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const;

/** What a size looks like: `512 KiB`, `16MiB`, `2 GB`, `4096 B`. */
export const BYTE_SIZE_PATTERN = "^[0-9]{1,9} ?(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$";

/** Bytes of a size that the schema has accepted. @throws Problem `internal` otherwise */
export function byteSize(text: string): number {
  const match = /^([0-9]{1,9}) ?(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/.exec(text);
  if (match === null) throw new Problem("internal", `${text} is no size`);
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}
