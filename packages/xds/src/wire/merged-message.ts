import { ok, type Result } from "@signalbox/base";

/**
 * The bytes of a message field that should be there once. A sender may split it: the parts are to
 * be merged, and the encoding has it that decoding them in one piece does just that.
 *
 * What it holds is a copy, so that a small field does not keep a large request alive.
 */
export class MergedMessage {
  #bytes: Uint8Array | undefined;

  /** Undefined when the field is absent, which differs from empty. */
  get bytes(): Uint8Array | undefined {
    return this.#bytes;
  }

  add(part: Uint8Array): void {
    const before = this.#bytes ?? new Uint8Array();
    const merged = new Uint8Array(before.length + part.length);
    merged.set(before);
    merged.set(part, before.length);
    this.#bytes = merged;
  }
}

/** Decodes the field when it is there. */
export function decodeOptional<T>(
  field: MergedMessage,
  decode: (bytes: Uint8Array) => Result<T>,
): Result<T | undefined> {
  return field.bytes === undefined ? ok(undefined) : decode(field.bytes);
}
