import { readdirSync, readFileSync } from "node:fs";

/** Processes whose command line names the directory: machines that were not cleaned up. */
export function processesUsing(directory: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const command = readCommandLine(pid);
      return command.includes(directory) ? [`${pid}: ${command}`] : [];
    });
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    // It ended while we looked.
    return "";
  }
}
