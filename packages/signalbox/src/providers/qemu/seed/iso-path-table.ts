/** ECMA-119 §9.4, for a volume whose only directory is the root. */
export const PATH_TABLE_BYTES = 10;

/** The table is written twice, once in each order of bytes. */
export function pathTable(rootSector: number, order: "little" | "big"): Buffer {
  const table = Buffer.alloc(PATH_TABLE_BYTES);
  table.writeUInt8(1, 0);
  if (order === "little") {
    table.writeUInt32LE(rootSector, 2);
    table.writeUInt16LE(1, 6);
  } else {
    table.writeUInt32BE(rootSector, 2);
    table.writeUInt16BE(1, 6);
  }
  return table;
}
