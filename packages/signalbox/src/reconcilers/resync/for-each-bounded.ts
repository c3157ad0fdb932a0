import { setImmediate as turn } from "node:timers/promises";

/** Work that never waits gives way to everything else after so many items. */
const ITEMS_A_TURN = 100;

/** Calls `work` for each item, at most `concurrency` at a time, and waits for all. */
export async function forEachBounded<T>(
  items: Iterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let begun = 0;
  let pause: Promise<void> | undefined;
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      if (++begun % ITEMS_A_TURN === 0) pause = turn();
      await pause;
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
