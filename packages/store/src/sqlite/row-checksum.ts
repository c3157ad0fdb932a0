import { crc32 } from "node:zlib";

/** CRC-32 over all columns of a row. The last one may hold any character; the others no tab. */
export function rowChecksum(columns: readonly (string | number | null)[]): number {
  return crc32(columns.map((column) => (column === null ? "" : String(column))).join("\t"));
}
