import type { Clock } from "@signalbox/base";

/** What every event stream of a server shares. */
export interface EventStreams {
  readonly clock: Clock;
  /** A comment is sent after this long without an event, so that a dead connection is noticed. */
  readonly heartbeatMs: number;
  /** Aborts when the server starts to stop; streams then end cleanly. */
  readonly stopping: AbortSignal;
}
