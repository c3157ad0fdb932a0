const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

const FIRST_CAPACITY = 256;
const encoder = new TextEncoder();

/**
 * Writes protobuf's wire format, field by field. Numbers are exact up to 2^53.
 *
 * Fields are written whatever their value: whoever leaves zeros out does it knowingly.
 */
export class ProtoWriter {
  #buffer = new Uint8Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written so far; shares memory until the next write. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  /** int32, int64, uint32, uint64, bool and enum, from 0 on. */
  uint(field: number, value: number): this {
    return this.#tag(field, VARINT).varint(value);
  }

  /** sint32 and sint64. */
  sint(field: number, value: number): this {
    return this.#tag(field, VARINT).varint(zigzag(value));
  }

  double(field: number, value: number): this {
    this.#tag(field, FIXED64).#reserve(8);
    new DataView(this.#buffer.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
    return this;
  }

  string(field: number, value: string): this {
    return this.message(field, () => {
      this.#reserve(value.length * 3);
      this.#length += encoder.encodeInto(value, this.#buffer.subarray(this.#length)).written;
    });
  }

  packedUints(field: number, values: Iterable<number>): this {
    return this.message(field, () => {
      for (const value of values) this.varint(value);
    });
  }

  packedSints(field: number, values: Iterable<number>): this {
    return this.message(field, () => {
      for (const value of values) this.varint(zigzag(value));
    });
  }

  /** A field of a length that is known once `write` has written it. */
  message(field: number, write: (writer: this) => void): this {
    this.#tag(field, BYTES).#reserve(1);
    const lengthAt = this.#length++;
    write(this);
    this.#putLength(lengthAt, this.#length - lengthAt - 1);
    return this;
  }

  /** A bare varint, as between delimited messages. */
  varint(value: number): this {
    this.#reserve(10);
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
    return this;
  }

  #tag(field: number, wireType: number): this {
    return this.varint(field * 8 + wireType);
  }

  /** One byte was kept for the length; what needs more moves the field along. */
  #putLength(at: number, length: number): void {
    const more = varintLength(length) - 1;
    if (more > 0) {
      this.#reserve(more);
      this.#buffer.copyWithin(at + 1 + more, at + 1, this.#length);
    }
    this.#length = at;
    this.varint(length);
    this.#length += length;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const wider = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    wider.set(this.bytes());
    this.#buffer = wider;
  }
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
