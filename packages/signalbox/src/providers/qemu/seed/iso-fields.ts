/** The forms in which ISO 9660 (ECMA-119) writes numbers and dates; numbered as there. */

/** Everything on the volume lies in whole sectors. */
export const SECTOR_BYTES = 2048;

/** ECMA-119 §7.2.3: little-endian, then big-endian. */
export function writeBoth16(target: Buffer, value: number, at: number): void {
  target.writeUInt16LE(value, at);
  target.writeUInt16BE(value, at + 2);
}

/** ECMA-119 §7.3.3: little-endian, then big-endian. */
export function writeBoth32(target: Buffer, value: number, at: number): void {
  target.writeUInt32LE(value, at);
  target.writeUInt32BE(value, at + 4);
}

/**
 * ECMA-119 §9.1.5: 2024-01-01T00:00:00Z. One fixed date, so that equal inputs give equal images;
 * not zero, for which some readers show an error.
 */
export const RECORDING_DATE: Buffer = Buffer.from([124, 1, 1, 0, 0, 0, 0]);

/** ECMA-119 §8.4.26.1: the same instant in digits, and the offset from UTC. */
export const VOLUME_DATE: Buffer = Buffer.from("2024010100000000\0", "latin1");

/** ECMA-119 §8.4.26.1: "not specified". */
export const NO_VOLUME_DATE: Buffer = Buffer.from("0000000000000000\0", "latin1");
