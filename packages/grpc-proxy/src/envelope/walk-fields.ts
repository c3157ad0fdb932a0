import { fail, ok, type Result } from "@signalbox/base";
import { readVarint, UNEXPECTED_EOF } from "./varint.ts";

/** One record of a message. */
export interface Field {
  readonly tag: bigint;
  readonly number: number;
  readonly isBytes: boolean;
  /** Tag, length and content as they came. */
  readonly raw: Buffer;
  /** What follows the tag, without the length where there is one. */
  readonly content: Buffer;
}

const MAX_GROUP_DEPTH = 32;
const MAX_TAG = 0xffff_ffffn;

/** Splits a message into its records, in wire order. Nothing is copied. */
export function walkFields(bytes: Buffer): Result<readonly Field[]> {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const field = readField(bytes, at, 0);
    if (!field.ok) return field;
    fields.push(field.value);
    at += field.value.raw.length;
  }
  return ok(fields);
}

function readField(bytes: Buffer, at: number, depth: number): Result<Field> {
  const tag = readVarint(bytes, at);
  if (!tag.ok) return tag;
  const { value, next } = tag.value;
  if (value < 8n || value > MAX_TAG) return fail("a tag is out of range");
  const start = contentStart(bytes, next, value);
  if (!start.ok) return start;
  const end = contentEnd(bytes, start.value, value, depth);
  if (!end.ok) return end;
  if (end.value.next > bytes.length) return fail(UNEXPECTED_EOF);
  return ok({
    tag: value,
    number: Number(value >> 3n),
    isBytes: (value & 7n) === 2n,
    raw: bytes.subarray(at, end.value.next),
    content: bytes.subarray(start.value.next, end.value.next),
  });
}

/** Position behind the tag and, for a record with a length, that length. */
interface Span {
  readonly next: number;
  readonly length: number;
}

function contentStart(bytes: Buffer, at: number, tag: bigint): Result<Span> {
  if ((tag & 7n) !== 2n) return ok({ next: at, length: 0 });
  const length = readVarint(bytes, at);
  if (!length.ok) return length;
  // Longer than any buffer: only its being too long matters.
  return ok({ next: length.value.next, length: Number(length.value.value) });
}

function contentEnd(
  bytes: Buffer,
  { next, length }: Span,
  tag: bigint,
  depth: number,
): Result<{ readonly next: number }> {
  switch (tag & 7n) {
    case 0n:
      return readVarint(bytes, next);
    case 1n:
      return ok({ next: next + 8 });
    case 2n:
      return ok({ next: next + length });
    case 3n:
      return groupEnd(bytes, next, tag >> 3n, depth + 1);
    case 5n:
      return ok({ next: next + 4 });
    default:
      return fail("a record has an unknown wire type");
  }
}

/** Groups are long out of use, but a peer may still pass one on as an unknown field. */
function groupEnd(
  bytes: Buffer,
  start: number,
  number: bigint,
  depth: number,
): Result<{ readonly next: number }> {
  if (depth > MAX_GROUP_DEPTH) return fail("groups are nested too deep");
  for (let at = start; ; ) {
    const tag = readVarint(bytes, at);
    if (!tag.ok) return tag;
    if (tag.value.value === ((number << 3n) | 4n)) return ok({ next: tag.value.next });
    const field = readField(bytes, at, depth);
    if (!field.ok) return field;
    at += field.value.raw.length;
  }
}
