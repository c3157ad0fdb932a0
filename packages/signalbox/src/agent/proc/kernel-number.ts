const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_UINT32 = 2 ** 32 - 1;
const MAX_INT32 = 2 ** 31 - 1;

/** A decimal number that fits its field; 0 for anything else, the largest for what is larger. */
export function uint64(text: string | undefined): bigint {
  if (text === undefined || !/^\d{1,32}$/.test(text)) return 0n;
  const value = BigInt(text);
  return value > MAX_UINT64 ? MAX_UINT64 : value;
}

/** The same in hexadecimal, as tables of sockets have it. */
export function hexUint64(text: string | undefined): bigint {
  if (text === undefined || !/^[0-9a-f]{1,16}$/i.test(text)) return 0n;
  return BigInt(`0x${text}`);
}

export function uint32(text: string | undefined): number {
  return Math.min(Number(uint64(text)), MAX_UINT32);
}

/** Not negative: the kernel's process numbers and their like. */
export function int32(text: string | undefined): number {
  return Math.min(Number(uint64(text)), MAX_INT32);
}

/** A decimal fraction; 0 for anything else. */
export function double(text: string | undefined): number {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
}

/** The kernel counts processor time in hundredths, whatever its own clock does. */
const TICKS_PER_SECOND = 100;

/** Ticks as seconds. */
export function tickSeconds(text: string | undefined): number {
  return Number(uint64(text)) / TICKS_PER_SECOND;
}

/** What a 64-bit counter shows after adding these. */
export function sum64(values: Iterable<bigint | undefined>): bigint {
  let total = 0n;
  for (const value of values) total += value ?? 0n;
  return BigInt.asUintN(64, total);
}
