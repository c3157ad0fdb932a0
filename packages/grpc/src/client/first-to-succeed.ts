import { CANCELLED, type CancelTimer, type Clock, linkSignal } from "@signalbox/base";

export interface RaceOptions<T> {
  readonly clock: Clock;
  /** Head start of each try before the next begins; a failure starts the next at once. */
  readonly delayMs: number;
  /** Ends the race. */
  readonly signal: AbortSignal;
  /** Takes what comes too late. */
  readonly discard: (late: T) => void;
}

/**
 * Starts tries one behind the other and answers with the first success; the others are aborted.
 *
 * @throws the error of the try that failed last, when all did; the signal's reason
 */
export async function firstToSucceed<T>(
  tries: readonly ((signal: AbortSignal) => Promise<T>)[],
  { clock, delayMs, signal, discard }: RaceOptions<T>,
): Promise<T> {
  using race = linkSignal(signal);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let started = 0;
  let failed = 0;
  let isOver = false;
  let cancel: CancelTimer = () => {};
  const startNext = (): void => {
    cancel();
    const attempt = tries[started];
    if (attempt === undefined || isOver) return;
    started += 1;
    attempt(race.signal).then(onSuccess, onFailure);
    cancel = clock.after(delayMs, startNext);
  };
  const onSuccess = (value: T): void => {
    if (isOver) {
      discard(value);
      return;
    }
    isOver = true;
    resolve(value);
  };
  const onFailure = (error: unknown): void => {
    failed += 1;
    if (failed === tries.length || race.signal.aborted) reject(error);
    else startNext();
  };
  startNext();
  try {
    return await promise;
  } finally {
    isOver = true;
    cancel();
    race.abort(CANCELLED);
  }
}
