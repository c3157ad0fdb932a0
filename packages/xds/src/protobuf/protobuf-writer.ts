import { WIRE_TYPE } from "./wire-type.ts";

/** How many bytes `value` takes as a varint. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** Bytes of a field with `length` bytes of content, its tag and length included (fields to 15). */
export function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length;
}

/** Bytes of a text field, tag and length included; 0 when the text is empty and so left out. */
export function textFieldBytes(text: string): number {
  return text === "" ? 0 : fieldBytes(Buffer.byteLength(text));
}

/**
 * Fills a buffer whose exact size was worked out before: nothing is copied twice. Field numbers
 * reach to 15, which is all that xDS answers need.
 */
export class ProtobufWriter {
  readonly bytes: Buffer;
  /** Where the next byte goes. */
  position: number;

  constructor(bytes: Buffer, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.position++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.position++] = rest;
  }

  /** A number; 0 is left out, as proto3 has it. A negative one takes ten bytes. */
  numberField(field: number, value: number): void {
    if (value === 0) return;
    this.bytes[this.position++] = field << 3;
    if (value > 0) {
      this.varint(value);
      return;
    }
    // Two's complement of 64 bits; int32 is sign-extended.
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 128n; rest >>= 7n) this.bytes[this.position++] = Number(rest & 127n) | 128;
    this.bytes[this.position++] = Number(rest);
  }

  /** The head of a field whose `length` bytes of content come next. */
  head(field: number, length: number): void {
    this.bytes[this.position++] = (field << 3) | WIRE_TYPE.bytes;
    this.varint(length);
  }

  /** A text; the empty one is left out. */
  textField(field: number, text: string): void {
    if (text === "") return;
    this.element(field, text);
  }

  /** One text of a repeated field: written even when it is empty. */
  element(field: number, text: string): void {
    this.head(field, Buffer.byteLength(text));
    this.position += this.bytes.write(text, this.position);
  }

  raw(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    const source = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
    this.bytes.set(source, this.position);
    this.position += end - start;
  }
}

/** Bytes of `numberField`. */
export function numberFieldBytes(value: number): number {
  if (value === 0) return 0;
  return 1 + (value < 0 ? 10 : varintBytes(value));
}
