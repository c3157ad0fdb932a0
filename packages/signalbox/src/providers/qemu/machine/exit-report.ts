import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MachineFault } from "../../machine-fault.ts";
import { isLocked, type ProcessSearch } from "./find-machine-process.ts";
import { MACHINE_FILES } from "./machine-files.ts";

/** How a machine's process ended, as far as can be told afterwards. */
export interface ExitReport {
  /** As a shell gives it: 128 and the signal's number when a signal ended it. */
  readonly status: number | undefined;
  /** The last lines of QEMU's standard error. */
  readonly log: string;
}

const KILLED = 128 + 9;
const MAX_LOG = 2000;
/** From QEMU's end until its launch script has noted it; on a host under load it takes seconds. */
const STATUS_TIMEOUT_MS = 15_000;
const POLL_MS = 20;

export async function readExitReport(directory: string): Promise<ExitReport> {
  const status = (await readText(directory, MACHINE_FILES.exitStatus)).trim();
  const log = (await readText(directory, MACHINE_FILES.processLog)).trim().slice(-MAX_LOG);
  return { status: /^[0-9]{1,3}$/.test(status) ? Number(status) : undefined, log };
}

/**
 * The same once the launch script, which outlives QEMU by a moment, has noted the status. Where it
 * was killed too there is none to wait for, and nobody has the machine's lock.
 */
export async function awaitExitReport(place: ProcessSearch): Promise<ExitReport> {
  const { directory, clock, signal } = place;
  const deadlineMs = clock.monotonic() + STATUS_TIMEOUT_MS;
  for (;;) {
    const report = await readExitReport(directory);
    if (report.status !== undefined || clock.monotonic() >= deadlineMs) return report;
    if (!(await isLocked(place))) return readExitReport(directory);
    await clock.sleep(POLL_MS, { signal });
  }
}

/**
 * What an end that nobody asked for means. None for a guest that powered itself off.
 */
export function explainExit(report: ExitReport): MachineFault | undefined {
  const ended = /terminating on signal (\d+)(?: from pid (\d+))?/.exec(report.log);
  if (ended !== null) return exited(`QEMU was ended by signal ${ended[1]} from outside`);
  if (report.status === 0) return undefined;
  if (report.status === undefined || report.status === KILLED) {
    return exited("QEMU was killed from outside, perhaps because the host was out of memory");
  }
  if (report.status > 128) return exited(`QEMU crashed with signal ${report.status - 128}`);
  return exited(`QEMU failed: ${lastLine(report.log) || `status ${report.status}`}`);
}

/** The line that says why, without the program's name: QEMU's own last one, else the last. */
export function lastLine(log: string): string {
  const lines = log.split("\n").filter((text) => text.trim() !== "");
  const own = /^\S*qemu-system-\w+: /;
  const line = lines.findLast((text) => own.test(text)) ?? lines.at(-1) ?? "";
  return line.replace(own, "").slice(0, 300);
}

function exited(message: string): MachineFault {
  return { reason: "exited", message };
}

function readText(directory: string, name: string): Promise<string> {
  return readFile(join(directory, name), "utf8").catch(() => "");
}
