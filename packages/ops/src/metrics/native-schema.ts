/**
 * Which exponential bucket a value falls into: bucket `i` of schema `s` ends at 2^(i / 2^s),
 * inclusive (Prometheus' native histograms).
 */
export function bucketIndex(magnitude: number, schema: number): number {
  const { fraction, exponent } = split(Math.min(magnitude, Number.MAX_VALUE));
  // Infinity has the bucket after the last finite one.
  const beyond = magnitude === Infinity ? 1 : 0;
  if (schema > 0) {
    const bounds = boundsOf(schema);
    return lowestAtLeast(bounds, fraction) + (exponent - 1) * bounds.length + beyond;
  }
  const octave = fraction === 0.5 ? exponent - 1 : exponent;
  return ((octave + (1 << -schema) - 1) >> -schema) + beyond;
}

/** The finest schema whose buckets do not grow by more than `factor`. */
export function schemaFor(factor: number): number {
  const schema = 0 - Math.floor(Math.log2(Math.log2(factor)));
  return Math.min(MAX_SCHEMA, Math.max(MIN_SCHEMA, schema));
}

export const MIN_SCHEMA = -4;
const MAX_SCHEMA = 8;

const scratch = new DataView(new ArrayBuffer(8));
const EXPONENT_BIAS = 1022;
const SUBNORMAL_SHIFT = 54;

/** `value` = fraction × 2^exponent with 0.5 <= fraction < 1. */
function split(value: number): { readonly fraction: number; readonly exponent: number } {
  scratch.setFloat64(0, value);
  const high = scratch.getUint32(0);
  const biased = (high >>> 20) & 0x7ff;
  if (biased === 0) {
    const scaled = split(value * 2 ** SUBNORMAL_SHIFT);
    return { fraction: scaled.fraction, exponent: scaled.exponent - SUBNORMAL_SHIFT };
  }
  scratch.setUint32(0, (high & 0x000fffff) | (EXPONENT_BIAS << 20));
  return { fraction: scratch.getFloat64(0), exponent: biased - EXPONENT_BIAS };
}

const BOUNDS: readonly Float64Array[] = Array.from({ length: MAX_SCHEMA + 1 }, (_, schema) =>
  Float64Array.from({ length: 2 ** schema }, (_, at) => 2 ** (at / 2 ** schema - 1)),
);

/** Bounds of the buckets of one octave, from 0.5 up. */
function boundsOf(schema: number): Float64Array {
  return BOUNDS[schema] as Float64Array;
}

function lowestAtLeast(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] ?? Infinity) >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}
