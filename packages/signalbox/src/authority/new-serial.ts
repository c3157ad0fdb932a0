import type { Random } from "@signalbox/base";

/** 128 bits, of which all but two are random: a positive number of full length (RFC 5280 §4.1.2.2). */
export function newSerial(random: Random): Buffer {
  const serial = random.bytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
