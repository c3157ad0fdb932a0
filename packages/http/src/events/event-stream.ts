import type { ServerSentEvent } from "../operation.ts";
import type { EventStreams } from "./event-streams.ts";

/** Tells the caller at once that the stream is open. */
const OPENING = ": open\n\n";
const HEARTBEAT = ": heartbeat\n\n";

/** What the source answered to the one question that is open. */
type Arrival =
  | { readonly kind: "event"; readonly event: ServerSentEvent }
  | { readonly kind: "end" }
  | { readonly kind: "failure"; readonly error: unknown };

/**
 * The wire form of events, with heartbeats between them. The next event is asked for when the one
 * before has been taken, so a slow reader slows the source down. Ends when the source ends, when
 * `abandoned` aborts, or when the server stops.
 */
export async function* encodeEvents(
  events: AsyncIterable<ServerSentEvent>,
  streams: EventStreams,
  abandoned: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const { stopping } = streams;
  const source = events[Symbol.asyncIterator]();
  const waiter = createWaiter();
  stopping.addEventListener("abort", waiter.wake);
  abandoned.addEventListener("abort", waiter.wake);
  const isOver = (): boolean => stopping.aborted || abandoned.aborted;
  try {
    yield OPENING;
    while (!isOver()) {
      const pending = ask(source, waiter.wake);
      while (pending.arrival === undefined && !isOver()) {
        if (await waiter.wait(streams)) yield HEARTBEAT;
      }
      const { arrival } = pending;
      if (arrival === undefined || arrival.kind === "end") return;
      if (arrival.kind === "failure") throw arrival.error;
      yield encodeEvent(arrival.event);
    }
  } finally {
    stopping.removeEventListener("abort", waiter.wake);
    abandoned.removeEventListener("abort", waiter.wake);
    // Not awaited: a source that is stuck must not hold the connection.
    source.return?.().then(undefined, () => {});
  }
}

/** One event in the WHATWG event stream format; line breaks in `data` become further lines. */
export function encodeEvent({ id, event, data }: ServerSentEvent): string {
  const idLine = id === undefined ? "" : `id: ${id}\n`;
  const eventLine = event === undefined ? "" : `event: ${event}\n`;
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${idLine}${eventLine}${lines.join("")}\n`;
}

function ask(
  source: AsyncIterator<ServerSentEvent>,
  wake: () => void,
): { readonly arrival: Arrival | undefined } {
  const pending: { arrival: Arrival | undefined } = { arrival: undefined };
  const settle = (arrival: Arrival): void => {
    pending.arrival = arrival;
    wake();
  };
  source.next().then(
    (result) => settle(result.done ? { kind: "end" } : { kind: "event", event: result.value }),
    (error: unknown) => settle({ kind: "failure", error }),
  );
  return pending;
}

interface Waiter {
  readonly wake: () => void;
  /** Waits until `wake` is called, at most for a heartbeat; true when that came first. */
  wait(streams: EventStreams): Promise<boolean>;
}

/** One promise a wait: racing a long-lived promise would pile up reactions on it. */
function createWaiter(): Waiter {
  let resolveWait: ((isHeartbeatDue: boolean) => void) | undefined;
  return {
    wake: () => resolveWait?.(false),
    wait: async ({ clock, heartbeatMs }) => {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      resolveWait = resolve;
      const cancel = clock.after(heartbeatMs, () => resolve(true));
      const isHeartbeatDue = await promise;
      cancel();
      return isHeartbeatDue;
    },
  };
}
