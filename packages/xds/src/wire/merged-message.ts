import { ok, type Result } from "@signalbox/base";

/**
 * The bytes of a message field that should be there once. A sender may split it: the parts are to
 * be merged, and the encoding has it that decoding them in one piece does just that.
 *
 * What it holds is a copy, so that a small field does not keep a large request alive.
 */
export class MergedMessage {
  readonly #parts: Uint8Array[] = [];

  /** Made when asked for. Undefined when the field is absent, which differs from empty. */
  get bytes(): Uint8Array | undefined {
    return this.#parts.length === 0 ? undefined : joined(this.#parts);
  }

  add(part: Uint8Array): void {
    this.#parts.push(part);
  }
}

/** In one go: a sender may split a field into a million parts, and none is to be copied twice. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** Decodes the field when it is there. */
export function decodeOptional<T>(
  { bytes }: MergedMessage,
  decode: (bytes: Uint8Array) => Result<T>,
): Result<T | undefined> {
  return bytes === undefined ? ok(undefined) : decode(bytes);
}
