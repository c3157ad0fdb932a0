import type { Clock } from "@signalbox/base";
import type { MachineMethods } from "../machine-methods.ts";
import { untilEither } from "../until-either.ts";
import type { EventLog } from "./event-log.ts";
import { watchEvents } from "./watch-events.ts";

/** Events, out of this log, until the agent stops. */
export function eventMethods(log: EventLog, clock: Clock, stopping: AbortSignal): MachineMethods {
  return {
    events: (request, context) =>
      untilEither(context.signal, stopping, (signal) =>
        watchEvents(log, request, { clock, signal }),
      ),
  };
}
