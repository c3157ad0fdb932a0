import { Problem } from "@signalbox/base";
import type { Recheck } from "../authenticator.ts";
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

/** Before an event the credentials are looked at again, but no more often than this. */
const RECHECK_MS = 1000;

/**
 * The wire form of events, with heartbeats between them. The next event is asked for when the one
 * before has been taken, so a slow reader slows the source down. Ends when the source ends, when
 * `abandoned` aborts, or when the server stops. Before an event, and with each heartbeat, it is
 * asked whether the caller's credentials still hold; when not, an `error` event ends the stream.
 */
export async function* encodeEvents(
  events: AsyncIterable<ServerSentEvent>,
  streams: EventStreams,
  abandoned: AbortSignal,
  recheck: Recheck,
): AsyncGenerator<string, void, undefined> {
  const { stopping } = streams;
  const source = events[Symbol.asyncIterator]();
  const waiter = createWaiter();
  stopping.addEventListener("abort", waiter.wake);
  abandoned.addEventListener("abort", waiter.wake);
  const findRefusal = createRefusalFinder(recheck, streams, abandoned);
  const isOver = (): boolean => stopping.aborted || abandoned.aborted;
  try {
    yield OPENING;
    while (!isOver()) {
      const pending = ask(source, waiter.wake);
      while (pending.arrival === undefined && !isOver()) {
        if (!(await waiter.wait(streams))) continue;
        const refusal = await findRefusal();
        if (refusal !== undefined) return yield encodeEvent(refusal);
        yield HEARTBEAT;
      }
      const { arrival } = pending;
      if (arrival === undefined || arrival.kind === "end") return;
      if (arrival.kind === "failure") throw arrival.error;
      const refusal = await findRefusal();
      if (refusal !== undefined) return yield encodeEvent(refusal);
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

/** Looks at the credentials when the last look is long ago; answers the event that says goodbye. */
function createRefusalFinder(
  recheck: Recheck,
  { clock }: EventStreams,
  signal: AbortSignal,
): () => Promise<ServerSentEvent | undefined> {
  let checkedMs = clock.monotonic();
  return async () => {
    const nowMs = clock.monotonic();
    if (nowMs - checkedMs < RECHECK_MS) return undefined;
    checkedMs = nowMs;
    try {
      await recheck(signal);
      return undefined;
    } catch (error) {
      const { code, message } = Problem.from(error);
      return { event: "error", data: JSON.stringify({ code, error_description: message }) };
    }
  };
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
