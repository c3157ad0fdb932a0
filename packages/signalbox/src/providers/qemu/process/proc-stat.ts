import { fail, ok, type Result } from "@signalbox/base";

/** The part of `/proc/PID/stat` that tells one process from another (proc(5)). */
export interface ProcStat {
  /** One letter; `Z` and `X` are processes that have ended. */
  readonly state: string;
  /** Field 22: clock ticks since the host booted. */
  readonly startTicks: number;
}

/** The second field is the program's own name, which may hold spaces and parentheses. */
export function parseProcStat(text: string): Result<ProcStat> {
  const end = text.lastIndexOf(")");
  if (end < 0) return fail("no program name");
  const fields = text
    .slice(end + 1)
    .trim()
    .split(/\s+/);
  const [state] = fields;
  const startTicks = Number(fields[19]);
  if (state === undefined || !/^[A-Za-z]$/.test(state)) return fail("no state");
  if (!Number.isSafeInteger(startTicks)) return fail("no start time");
  return ok({ state, startTicks });
}
