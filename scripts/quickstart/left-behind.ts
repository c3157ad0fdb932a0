import { existsSync, globSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

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
export function leftBehind(dataDir: string): readonly string[] {
  const endpoints = join(dataDir, "endpoints.json");
  return [
    ...processesUsing(dataDir).map(({ pid, command }) => `process ${pid}: ${command}`),
    ...globSync(join(dataDir, "providers", "*", "machines", "*")),
    ...(existsSync(endpoints) ? [endpoints] : []),
  ];
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
