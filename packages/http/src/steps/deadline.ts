import type { Deadlines } from "../pipeline/deadline.ts";
import type { Work } from "../pipeline/row.ts";

/** Gives the request its signal and its time limit. */
export function deadline(deadlines: Deadlines): Work<never, "deadline"> {
  return {
    enter: () => ({ deadline: deadlines.open() }),
    done: ({ deadline }) => deadline.dispose(),
  };
}
