import fc from "fast-check";

/** Bounds of a text's length, in code points. */
export interface TextSize {
  readonly minLength?: number;
  readonly maxLength?: number;
}

const codePoint = fc
  .oneof(fc.integer({ max: 0xd7ff, min: 0 }), fc.integer({ max: 0x10_ffff, min: 0xe000 }))
  .map((code) => String.fromCodePoint(code));

/**
 * Any Unicode text, control characters and unassigned code points too, and the words that
 * fast-check holds dangerous, such as `__proto__`. `fc.string({ unit: "binary" })` makes a table of
 * all Unicode first, which takes half a second in each process.
 */
export function anyText(size: TextSize = {}): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string(size),
    fc.array(codePoint, size).map((points) => points.join("")),
  );
}
