import { randomBytes, randomInt, randomUUID } from "node:crypto";

/** Where identifiers, tokens and jitter come from, so that tests can repeat a run. */
export interface Random {
  /** A version 4 UUID. */
  uuid(): string;
  /** As many bytes as are asked for. */
  bytes(length: number): Buffer;
  /** A number in [0, 1). */
  fraction(): number;
}

/** The machine's cryptographic source. */
export const systemRandom: Random = Object.freeze({
  uuid: () => randomUUID(),
  bytes: (length: number) => randomBytes(length),
  fraction: () => randomInt(2 ** 47) / 2 ** 47,
});

/** A repeatable source for tests: the same seed gives the same run. Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const bytes = (length: number): Buffer => {
    const raw = Buffer.alloc(length);
    for (let at = 0; at < length; at++) raw[at] = fraction() * 256;
    return raw;
  };
  const uuid = (): string => {
    const raw = bytes(16);
    raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
    raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
    const hex = raw.toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
  return Object.freeze({ uuid, bytes, fraction });
}
