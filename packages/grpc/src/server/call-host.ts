import type { Clock } from "@signalbox/base";
import type { DueTimers } from "../due-timers.ts";
import type { Peer } from "../peer.ts";
import type { ServerLimits } from "./server-options.ts";
import type { CallOutcome } from "./raw-call.ts";
import type { ServerCall } from "./server-call.ts";

/** What a call needs of the connection that carries it. */
export interface CallHost {
  readonly clock: Clock;
  readonly timers: DueTimers;
  readonly limits: ServerLimits;
  readonly peer: Peer;
  /** True once the connection is gone, so that its streams end by its fault. */
  readonly isLost: boolean;
  /** The call is over for the application. */
  onFinished(call: ServerCall, outcome: CallOutcome): void;
  /** The stream is gone too. */
  onClosed(call: ServerCall): void;
  /** A handler threw. */
  onThrown(call: ServerCall, error: unknown): void;
}
