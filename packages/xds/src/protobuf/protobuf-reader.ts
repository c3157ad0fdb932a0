import { isUtf8 } from "node:buffer";

import { WIRE_TYPE } from "./wire-type.ts";

const MAX_VARINT_BYTES = 10;
/** Groups are long out of use; whoever nests them deeper than this sends garbage. */
const MAX_GROUP_DEPTH = 32;
const REPLACEMENT = "\ufffd";

/**
 * Walks the fields of one message that came from outside. It never throws: after the first fault
 * `next` answers false, every value is empty, and `fault` says what was wrong, so that a decoder
 * asks once at its end.
 *
 * @example
 * ```ts
 * const reader = new ProtobufReader(bytes);
 * while (reader.next()) {
 *   if (reader.isBytes(1)) name = reader.string();
 *   else reader.skip();
 * }
 * return reader.fault === undefined ? ok(name) : fail(reader.fault);
 * ```
 */
export class ProtobufReader {
  readonly #bytes: Buffer;
  #position = 0;
  #end: number;
  #start = 0;
  #low = 0;
  #tagStart = 0;
  #field = 0;
  #wireType = 0;
  #fault: string | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes =
      bytes instanceof Buffer
        ? bytes
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.byteLength;
  }

  /** The number of the field that `next` came to. */
  get field(): number {
    return this.#field;
  }

  /** What is wrong with the bytes; undefined while nothing is. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Goes to the next field of the message. False at its end, or after a fault. */
  next(): boolean {
    if (this.#position >= this.#end || this.#fault !== undefined) return false;
    this.#tagStart = this.#position;
    const tag = this.#varint();
    this.#field = Math.floor(tag / 8);
    this.#wireType = tag % 8;
    if (this.#field === 0 || tag > 0xffff_ffff) return this.#fail("a tag is out of range");
    return this.#fault === undefined;
  }

  /**
   * True when the present field is `field` and carries bytes, a text or a message. A field of
   * another wire type is one that we don't know, and is to be skipped, as every decoder does.
   */
  isBytes(field: number): boolean {
    return this.#field === field && this.#wireType === WIRE_TYPE.bytes;
  }

  isVarint(field: number): boolean {
    return this.#field === field && this.#wireType === WIRE_TYPE.varint;
  }

  /** The varint as int32: the low 32 bits, as protobuf wants it. */
  int32(): number {
    this.#varint();
    return this.#low;
  }

  /** The varint as uint32. */
  uint32(): number {
    this.#varint();
    return this.#low >>> 0;
  }

  /** A text; anything but UTF-8 is a fault. */
  string(): string {
    const end = this.#span();
    const text = this.#bytes.toString("utf8", this.#start, end);
    if (!text.includes(REPLACEMENT) || isUtf8(this.#bytes.subarray(this.#start, end))) return text;
    this.#fail("a text is not UTF-8");
    return "";
  }

  /**
   * A text for people, its first bytes: what is not UTF-8 is replaced. Clients cut messages in
   * mid-character as well.
   */
  lossyString(maxBytes: number): string {
    const end = this.#span();
    return this.#bytes.toString("utf8", this.#start, Math.min(end, this.#start + maxBytes));
  }

  /** A view of the field's bytes: it keeps the whole message alive. */
  view(): Uint8Array {
    const end = this.#span();
    return this.#bytes.subarray(this.#start, end);
  }

  /** A view of the field that was just read or skipped, its tag included. */
  wholeField(): Uint8Array {
    return this.#bytes.subarray(this.#tagStart, this.#position);
  }

  /** Goes into the message that this field is, until its end. What it answers goes to `leave`. */
  enter(): number {
    const outerEnd = this.#end;
    const end = this.#span();
    this.#position = this.#start;
    this.#end = end;
    return outerEnd;
  }

  /** Back to the outer message, behind the field. */
  leave(outerEnd: number): void {
    this.#position = this.#end;
    this.#end = outerEnd;
  }

  /** Leaves the present field out. */
  skip(): void {
    const tagStart = this.#tagStart;
    this.#skip(0);
    this.#tagStart = tagStart;
  }

  #skip(depth: number): void {
    switch (this.#wireType) {
      case WIRE_TYPE.varint:
        this.#varint();
        return;
      case WIRE_TYPE.fixed64:
        this.#advance(8);
        return;
      case WIRE_TYPE.bytes:
        this.#span();
        return;
      case WIRE_TYPE.startGroup:
        this.#skipGroup(this.#field, depth + 1);
        return;
      case WIRE_TYPE.fixed32:
        this.#advance(4);
        return;
      case WIRE_TYPE.endGroup:
        this.#fail("a group ends that did not begin");
        return;
      default:
        this.#fail(`there is no wire type ${this.#wireType}`);
    }
  }

  #skipGroup(field: number, depth: number): void {
    if (depth > MAX_GROUP_DEPTH) {
      this.#fail("groups are nested too deep");
      return;
    }
    while (this.next()) {
      if (this.#wireType === WIRE_TYPE.endGroup) {
        if (this.#field !== field) this.#fail("a group ends that did not begin");
        return;
      }
      this.#skip(depth);
    }
    this.#fail("a group does not end");
  }

  /** Notes where a length-delimited field starts, goes behind it, and answers where that is. */
  #span(): number {
    const length = this.#varint();
    this.#start = this.#position;
    this.#advance(length);
    if (this.#fault !== undefined) this.#start = this.#position;
    return this.#position;
  }

  #advance(length: number): void {
    if (length > this.#end - this.#position) this.#fail("a field is longer than its message");
    else this.#position += length;
  }

  /** Exact up to 2^53, which is above every length that can be; `#low` has its low 32 bits. */
  #varint(): number {
    let value = 0;
    let scale = 1;
    this.#low = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      if (this.#position >= this.#end) {
        this.#fail("a number is cut off");
        return 0;
      }
      const byte = this.#bytes[this.#position++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (i < 5) this.#low |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) return value;
      scale *= 128;
    }
    this.#fail("a number is longer than ten bytes");
    return 0;
  }

  #fail(fault: string): false {
    this.#fault ??= fault;
    this.#position = this.#end;
    return false;
  }
}
