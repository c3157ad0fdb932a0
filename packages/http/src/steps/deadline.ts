import type { Clock } from "@signalbox/base";
import { createDeadline } from "../pipeline/deadline.ts";
import type { Work } from "../pipeline/row.ts";

/** Gives the request its signal and its time limit. */
export function deadline(
  clock: Clock,
  timeoutMs: number,
  stopped: AbortSignal,
): Work<never, "deadline"> {
  return {
    enter: () => ({ deadline: createDeadline(clock, timeoutMs, stopped) }),
    done: ({ deadline }) => deadline.dispose(),
  };
}
