import { fail, ok, type Result } from "@signalbox/base";

/** A number that was read, and where the next byte lies. */
export interface ReadVarint {
  readonly value: bigint;
  readonly next: number;
}

/** Texts as protobuf's own Go library has them; node-api §2.6 makes them part of the contract. */
export const UNEXPECTED_EOF = "unexpected EOF";
export const OVERFLOW = "proto: variable length integer overflow";

const MAX_BYTES = 10;

/** Reads an unsigned number of at most 64 bits; non-minimal forms are taken. */
export function readVarint(bytes: Buffer, at: number): Result<ReadVarint> {
  let value = 0n;
  for (let i = 0; i < MAX_BYTES; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return fail(UNEXPECTED_EOF);
    if (i === MAX_BYTES - 1 && byte > 1) return fail(OVERFLOW);
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return ok({ value, next: at + i + 1 });
  }
  return fail(OVERFLOW);
}

/** The shortest form of a number that is not negative. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
