import { fail, ok, type Result } from "@signalbox/base";
import { int32, tickSeconds, uint64 } from "./kernel-number.ts";
import { words } from "./text-lines.ts";

/** What `/proc/PID/stat` tells. */
export interface PidStat {
  readonly pid: number;
  readonly command: string;
  /** A letter: `R` runs, `S` sleeps, `Z` is dead and not yet buried. */
  readonly state: string;
  readonly ppid: number;
  /** Its process group. */
  readonly group: number;
  readonly threads: number;
  /** Spent by the process itself. */
  readonly cpuSeconds: number;
  /** Bytes. */
  readonly virtualMemory: bigint;
  readonly residentPages: bigint;
}

/**
 * `/proc/PID/stat`. The command stands in parentheses and may hold any character, blanks, line
 * ends and parentheses included: it ends at the last `)`.
 */
export function parsePidStat(text: string): Result<PidStat> {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return fail("no command in parentheses");
  // The fields behind it, of which the first is the third of proc(5).
  const fields = words(text.slice(close + 1));
  const field = (number: number): string | undefined => fields[number - 3];
  const state = field(3);
  if (state === undefined || field(24) === undefined) return fail("fewer than 24 fields");
  return ok({
    pid: int32(text.slice(0, open).trim()),
    command: text.slice(open + 1, close),
    state,
    ppid: int32(field(4)),
    group: int32(field(5)),
    threads: int32(field(20)),
    cpuSeconds: tickSeconds(field(14)) + tickSeconds(field(15)),
    virtualMemory: uint64(field(23)),
    residentPages: uint64(field(24)),
  });
}
