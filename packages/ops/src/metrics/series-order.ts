import { compareBytes } from "../compare-bytes.ts";
import type { Series } from "./series.ts";

/** So many series are sorted or merged between two chances to let others run. */
const STEP = 256;

/** The series of a metric in order of their rendered labels, kept so that only new ones are sorted. */
export class SeriesOrder {
  #sorted: readonly Series[] = [];

  /**
   * Answers the first `size` of `series`, in order. Yields between steps, and may run more than
   * once at a time.
   */
  *of(series: readonly Series[], size: number): Generator<undefined, readonly Series[]> {
    const known = this.#sorted;
    if (size < known.length) return known.filter(({ index }) => index < size);
    if (size === known.length) return known;
    const runs: (readonly Series[])[] = [known];
    for (let at = known.length; at < size; at += STEP) {
      runs.push(series.slice(at, Math.min(at + STEP, size)).sort(byText));
      yield undefined;
    }
    const sorted = yield* mergeAll(runs);
    if (sorted.length > this.#sorted.length) this.#sorted = sorted;
    return sorted;
  }
}

function byText(a: Series, b: Series): number {
  return compareBytes(a.text, b.text);
}

/** The first run, by far the longest in the long run, is merged last and once. */
function* mergeAll(runs: readonly (readonly Series[])[]): Generator<undefined, readonly Series[]> {
  const [known = [], ...fresh] = runs;
  let level: (readonly Series[])[] = fresh;
  while (level.length > 1) {
    const next: (readonly Series[])[] = [];
    for (let at = 0; at < level.length; at += 2) {
      next.push(yield* merge(level[at] ?? [], level[at + 1] ?? []));
    }
    level = next;
  }
  return yield* merge(known, level[0] ?? []);
}

function* merge(
  left: readonly Series[],
  right: readonly Series[],
): Generator<undefined, readonly Series[]> {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  const merged: Series[] = [];
  let fromLeft = 0;
  let fromRight = 0;
  for (;;) {
    const a = left[fromLeft];
    const b = right[fromRight];
    const next = a !== undefined && (b === undefined || byText(a, b) <= 0) ? a : b;
    if (next === undefined) return merged;
    if (next === a) fromLeft++;
    else fromRight++;
    merged.push(next);
    if (merged.length % STEP === 0) yield undefined;
  }
}
