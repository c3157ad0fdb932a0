import { type Clock, Problem } from "@signalbox/base";

export interface Deadline {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limitMs: number;
}

/**
 * Bounds the time of what waits for the daemon, which may have been stopped with its sockets open.
 *
 * @param who as it is called when it is too slow: its address
 * @throws Problem `unavailable` when the time is up, the signal's reason, what `work` throws
 */
export async function within<T>(
  who: string,
  { clock, signal, limitMs }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const cancel = clock.after(limitMs, () => late.abort());
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    signal.throwIfAborted();
    if (!late.signal.aborted) throw error;
    const text = `${who} does not answer within ${limitMs / 1000} s; is its process stopped or overloaded?`;
    throw new Problem("unavailable", text, { cause: error });
  } finally {
    cancel();
  }
}
