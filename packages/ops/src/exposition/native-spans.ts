/** Native buckets as the wire has them: runs of neighbours, counts as differences. */
export interface NativeSpans {
  readonly spans: readonly { readonly offset: number; readonly length: number }[];
  readonly deltas: readonly number[];
}

/** A gap of so many empty buckets is filled with zeros, which is shorter than another span. */
const MAX_FILLED_GAP = 2;

/** @param buckets counts by index, in any order */
export function nativeSpans(buckets: ReadonlyMap<number, number>): NativeSpans {
  const spans: { offset: number; length: number }[] = [];
  const deltas: number[] = [];
  let previous = 0;
  let nextIndex = 0;
  const append = (count: number): void => {
    deltas.push(count - previous);
    previous = count;
    nextIndex++;
  };
  for (const [index, count] of [...buckets].sort(([a], [b]) => a - b)) {
    const gap = index - nextIndex;
    const open = spans.at(-1);
    if (open === undefined || gap > MAX_FILLED_GAP) {
      spans.push({ offset: gap, length: 1 });
      nextIndex = index;
    } else {
      open.length += gap + 1;
      for (let empty = 0; empty < gap; empty++) append(0);
    }
    append(count);
  }
  return { spans, deltas };
}
