import { failure, type Judgement, well } from "../finding.ts";
import { timeText } from "../quantity.ts";

export interface ClockFacts {
  readonly nowMs: number;
  /** When the newest file of the store was written, by the clock of then. */
  readonly storeWrittenMs: number | undefined;
}

/** This program is younger than any clock before. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
/** File systems round, and clocks are corrected by a little. */
const SLACK_MS = 60_000;
const SET_IT = "set the clock (`timedatectl set-ntp true`), then restart the daemon";

export function judgeClock({ nowMs, storeWrittenMs }: ClockFacts): readonly Judgement[] {
  const now = timeText(nowMs);
  if (nowMs < EARLIEST_MS) return [failure(`the clock says ${now}, which cannot be`, SET_IT)];
  if (storeWrittenMs !== undefined && storeWrittenMs > nowMs + SLACK_MS) {
    const written = timeText(storeWrittenMs);
    return [
      failure(`the clock says ${now}, but the store was written at ${written}, later`, SET_IT),
    ];
  }
  return [well(`it is ${now}`)];
}
