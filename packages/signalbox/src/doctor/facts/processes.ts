import { statSync } from "node:fs";
import { parseProcStat } from "../../providers/qemu/process/proc-stat.ts";
import type { LockHolder } from "../checks/daemon.ts";
import type { NameAccount } from "./accounts.ts";
import { readText } from "./read-text.ts";

const MAX_COMMAND = 120;

/** What may be known of a process from its number. */
export function describeProcess(pid: number, nameAccount: NameAccount): LockHolder {
  const uid = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
  const stat = parseProcStat(readText(`/proc/${pid}/stat`) ?? "");
  return {
    pid,
    user: uid === undefined ? undefined : nameAccount(uid),
    command: commandOf(pid),
    isStopped: stat.ok && /[Tt]/.test(stat.value.state),
  };
}

/** Its command line, cut to a line; undefined when there is none to see. */
export function commandOf(pid: number): string | undefined {
  const words = readText(`/proc/${pid}/cmdline`)?.split("\0").join(" ").trim();
  if (words === undefined || words === "") return undefined;
  return words.length <= MAX_COMMAND ? words : `${words.slice(0, MAX_COMMAND)}…`;
}

/** Its soft limit of open files. */
export function openFilesLimit(pid: number | "self"): number | undefined {
  const limits = readText(`/proc/${pid}/limits`) ?? "";
  const [, soft] = /^Max open files\s+(\S+)/m.exec(limits) ?? [];
  if (soft === undefined) return undefined;
  return soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
}
