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

/** Bytes of a size that matches `BYTE_SIZE_PATTERN`; undefined for other text. */
export function byteSize(text: string): number | undefined {
  const match = /^([0-9]{1,9}) ?(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}
