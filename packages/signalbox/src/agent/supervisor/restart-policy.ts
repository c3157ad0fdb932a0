import type { ProcessEnd } from "./process-group.ts";
import type { RestartPolicy } from "./service-spec.ts";

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** Who ran this long has started well: the next delay is the first again. */
const STEADY_MS = 60_000;

/** What becomes of a service whose program has ended, without having been told to. */
export function afterEnd(policy: RestartPolicy, end: ProcessEnd): "restart" | "finish" | "fail" {
  const isGood = end.kind === "status" && end.status === 0;
  if (policy === "always" || (policy === "on-failure" && !isGood)) return "restart";
  return isGood ? "finish" : "fail";
}

/** How long to wait before the next start: 1 s, twice as long each time, 30 s at most. */
export class RestartDelays {
  #nextMs = FIRST_DELAY_MS;

  /** @param ranMs how long the program ran */
  next(ranMs: number): number {
    if (ranMs >= STEADY_MS) this.#nextMs = FIRST_DELAY_MS;
    const delayMs = this.#nextMs;
    this.#nextMs = Math.min(MAX_DELAY_MS, delayMs * 2);
    return delayMs;
  }
}
