import { Problem } from "@signalbox/base";

/** The server's way to its end, as requests and streams see it. */
export interface Drain {
  /** No new requests are taken. */
  readonly started: boolean;
  /** Aborts when the drain starts: whatever has no end of its own (streams, sockets) ends now. */
  readonly streams: AbortSignal;
  /** Aborts when the time for finishing is up. */
  readonly requests: AbortSignal;
  start(): void;
  giveUp(): void;
}

export function createDrain(): Drain {
  const streams = new AbortController();
  const requests = new AbortController();
  const reason = new Problem("unavailable", "the server is stopping");
  return {
    get started() {
      return streams.signal.aborted;
    },
    streams: streams.signal,
    requests: requests.signal,
    start: () => streams.abort(reason),
    giveUp: () => requests.abort(reason),
  };
}
