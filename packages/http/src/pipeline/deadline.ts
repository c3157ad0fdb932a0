import { CANCELLED, type Clock, linkSignal, Problem } from "@signalbox/base";

/** How long one request may take, as the signal that everything below it works under. */
export interface Deadline {
  /** Aborts when the caller goes away, the time is up or the server stops. */
  readonly signal: AbortSignal;
  /** The time is up; whatever still runs has nobody to answer. */
  readonly expired: boolean;
  /** Waits for `work`, but not beyond the deadline. @throws Problem `unavailable` when it passes */
  race<T>(work: Promise<T>): Promise<T>;
  /** Takes the time limit away (an event stream has none); the signal stays linked. */
  lift(): void;
  /** The caller has gone. */
  abandon(): void;
  /** Unhooks everything. */
  dispose(): void;
}

export function createDeadline(clock: Clock, timeoutMs: number, parent: AbortSignal): Deadline {
  const linked = linkSignal(parent);
  let expire: ((reason: Problem) => void) | undefined;
  let expiry: Problem | undefined;
  let isLifted = false;
  const cancel = clock.after(timeoutMs, () => {
    const reason = new Problem(
      "unavailable",
      `the request was not finished within ${timeoutMs} ms`,
      { retryAfterMs: 1000 },
    );
    expiry = reason;
    linked.abort(reason);
    expire?.(reason);
  });
  return {
    signal: linked.signal,
    get expired() {
      return expiry !== undefined;
    },
    race: <T>(work: Promise<T>): Promise<T> => {
      if (expiry !== undefined) return Promise.reject(expiry);
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      expire = reject;
      work.then(resolve, reject);
      return promise;
    },
    lift: () => {
      isLifted = true;
      cancel();
    },
    abandon: () => linked.abort(CANCELLED),
    dispose: () => {
      cancel();
      // What feeds a stream must not outlive it, however it ended.
      if (isLifted) linked.abort(CANCELLED);
      linked[Symbol.dispose]();
    },
  };
}
