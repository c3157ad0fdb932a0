import { linkSignal } from "@signalbox/base";

/**
 * A stream that ends with its call or when the agent stops, whichever is first: streams that
 * follow something would keep an agent from stopping.
 *
 * @param signal of the call
 * @param stopping of the agent
 */
export async function* untilEither<T>(
  signal: AbortSignal,
  stopping: AbortSignal,
  stream: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  using either = linkSignal(stopping);
  // The call's own signal goes with the call, and what listens to it.
  if (signal.aborted) either.abort(signal.reason);
  else signal.addEventListener("abort", () => either.abort(signal.reason), { once: true });
  yield* stream(either.signal);
}
