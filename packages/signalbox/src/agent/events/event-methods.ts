import type { Clock } from "@signalbox/base";
import type { MachineMethods } from "../machine-methods.ts";
import type { EventLog } from "./event-log.ts";
import { watchEvents } from "./watch-events.ts";

/** Events, out of this log. */
export function eventMethods(log: EventLog, clock: Clock): MachineMethods {
  return { events: (request, { signal }) => watchEvents(log, request, { clock, signal }) };
}
