import { existsSync, globSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A process that belongs to a data directory. */
export interface LeftProcess {
  readonly pid: number;
  readonly command: string;
}

/** Processes that were started for the directory, or work in it, as machines do. */
export function processesUsing(directory: string): readonly LeftProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), command: readCommandLine(name) }))
    .filter(
      ({ pid, command }) =>
        command.includes(directory) || workingDirectory(pid).startsWith(directory),
    );
}

/** What a daemon that is gone should not have left, a line each. */
function leftBehind(dataDir: string): readonly string[] {
  const endpoints = join(dataDir, "endpoints.json");
  return [
    ...processesUsing(dataDir).map(({ pid, command }) => `process ${pid}: ${command}`),
    ...globSync(join(dataDir, "providers", "*", "machines", "*")),
    ...(existsSync(endpoints) ? [endpoints] : []),
  ];
}

/** The shell of a machine notes how that ended, and only then ends itself. */
const ENDING_MS = 30_000;
const POLL_MS = 100;

/** As {@link leftBehind}, once what is about to end has ended. */
export async function leftBehindAtLast(dataDir: string): Promise<readonly string[]> {
  const deadlineMs = performance.now() + ENDING_MS;
  for (;;) {
    const left = leftBehind(dataDir);
    if (left.length === 0 || performance.now() > deadlineMs) return left;
    await delay(POLL_MS);
  }
}

/** Ends what runs from a directory that is about to be removed, when its daemon could not. */
export function killProcessesUsing(directory: string): void {
  for (const { pid } of processesUsing(directory)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended while we looked.
    }
  }
}

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // It ended while we looked, or is not ours.
    return "";
  }
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    // It ended while we looked.
    return "";
  }
}
