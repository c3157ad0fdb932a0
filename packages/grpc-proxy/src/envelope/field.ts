import { varint } from "./varint.ts";

const BYTES = 2;

/** A field that holds bytes, a text or a message: tag, length, content. */
export function bytesField(field: number, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([varint(field * 8 + BYTES), varint(length), ...content]);
}

/** A text; the empty one is left out, as proto3 has it. */
export function textField(field: number, text: string): Buffer {
  return text === "" ? Buffer.alloc(0) : bytesField(field, Buffer.from(text));
}

/** A number that is not negative; 0 is left out. */
export function numberField(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.concat([varint(field * 8), varint(value)]);
}
