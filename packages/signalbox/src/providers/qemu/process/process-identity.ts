import { readFileSync } from "node:fs";
import type { Clock } from "@signalbox/base";
import { parseProcStat } from "./proc-stat.ts";

/**
 * A process that can be told from a later one of the same number: ticks since boot are unique
 * within one boot, and the boot has an id.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
}

const POLL_MS = 25;

/** The host's present boot. */
export function readBootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** The process that has this number now; undefined when there is none, or one that has ended. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  const text = readProcFile(pid, "stat");
  if (text === undefined) return undefined;
  const stat = parseProcStat(text);
  if (!stat.ok || stat.value.state === "Z" || stat.value.state === "X") return undefined;
  return { pid, startTicks: stat.value.startTicks, bootId: readBootId() };
}

/** True while this very process runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid);
  return now?.startTicks === identity.startTicks && now.bootId === identity.bootId;
}

/** The process's command line; empty when it is gone. */
export function readCommandLine(pid: number): readonly string[] {
  return readProcFile(pid, "cmdline")?.split("\0") ?? [];
}

/** Sends a signal to this very process; false when it no longer runs. */
export function sendSignal(identity: ProcessIdentity, signal: "SIGTERM" | "SIGKILL"): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    return false;
  }
}

/** Waits until the process has ended; false when it still runs after `timeoutMs`. */
export async function waitUntilGone(
  identity: ProcessIdentity,
  options: { readonly clock: Clock; readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<boolean> {
  const deadlineMs = options.clock.monotonic() + options.timeoutMs;
  while (isAlive(identity)) {
    if (options.clock.monotonic() >= deadlineMs) return false;
    await options.clock.sleep(POLL_MS, { signal: options.signal });
  }
  return true;
}

function readProcFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return undefined;
  }
}
