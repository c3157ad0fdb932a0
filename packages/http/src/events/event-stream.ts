import type { ServerSentEvent } from "../operation.ts";
import type { EventStreams } from "./event-streams.ts";

const HEARTBEAT = ": heartbeat\n\n";

/**
 * The wire form of events, with heartbeats between them. One event is asked for when the one
 * before has been taken, so a slow reader slows the source down. Ends when the source ends, when
 * `abandoned` aborts, or when the server stops.
 */
export async function* encodeEvents(
  events: AsyncIterable<ServerSentEvent>,
  { clock, heartbeatMs, stopping }: EventStreams,
  abandoned: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const source = events[Symbol.asyncIterator]();
  let wake: () => void = () => {};
  const onWake = (): void => wake();
  stopping.addEventListener("abort", onWake);
  abandoned.addEventListener("abort", onWake);
  try {
    // Tells the caller at once that the stream is open.
    yield ": open\n\n";
    while (!stopping.aborted && !abandoned.aborted) {
      let arrived: IteratorResult<ServerSentEvent> | undefined;
      let failure: { readonly error: unknown } | undefined;
      source.next().then(
        (result) => {
          arrived = result;
          wake();
        },
        (error: unknown) => {
          failure = { error };
          wake();
        },
      );
      while (arrived === undefined && failure === undefined) {
        if (stopping.aborted || abandoned.aborted) return;
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        let isDue = false;
        const cancel = clock.after(heartbeatMs, () => {
          isDue = true;
          resolve();
        });
        await promise;
        cancel();
        if (isDue) yield HEARTBEAT;
      }
      if (failure !== undefined) throw failure.error;
      if (arrived?.done !== false) return;
      yield encodeEvent(arrived.value);
    }
  } finally {
    stopping.removeEventListener("abort", onWake);
    abandoned.removeEventListener("abort", onWake);
    // Not awaited: a source that is stuck must not hold the connection.
    source.return?.().then(undefined, () => {});
  }
}

/** One event as of the WHATWG event stream format; line breaks in `data` become further lines. */
export function encodeEvent({ id, event, data }: ServerSentEvent): string {
  const head =
    (id === undefined ? "" : `id: ${id}\n`) + (event === undefined ? "" : `event: ${event}\n`);
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${head}${lines.join("")}\n`;
}
