import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "@signalbox/base";

/** How work is cut into slices, so that others get their turn. */
export interface Pace {
  readonly clock: Clock;
  /** How long it may work before others get a turn. Default: 3. */
  readonly sliceMs?: number | undefined;
  /** Gives others a turn. Default: the event loop's next round. */
  readonly yieldTurn?: (() => Promise<void>) | undefined;
}

/**
 * Takes the steps of a long computation in slices of time, so that it holds up nothing else.
 * Steps without a value only offer a place to stop.
 */
export async function* paced<T>(
  steps: Iterator<T | undefined>,
  { clock, sliceMs = 3, yieldTurn = nextTurn }: Pace,
): AsyncGenerator<T> {
  let startedMs = clock.monotonic();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return;
    if (step.value !== undefined) yield step.value;
    if (clock.monotonic() - startedMs < sliceMs) continue;
    await yieldTurn();
    startedMs = clock.monotonic();
  }
}
