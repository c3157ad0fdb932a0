import type { Clock } from "@signalbox/base";
import { hasSpoken } from "../console/console-log.ts";
import { ROOT_DEVICE } from "./machine-arguments.ts";
import type { MachineProcess } from "./machine-process.ts";

export interface BootWatchOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 200;

/**
 * Waits for a first sign of life: output on the serial port, or a write to the disk, as an image
 * need not use the serial port and firmware writes nothing.
 *
 * @returns false when there was none in time, or the process ended
 */
export async function watchBoot(
  process: MachineProcess,
  { directory, clock, timeoutMs, signal }: BootWatchOptions,
): Promise<boolean> {
  const deadlineMs = clock.monotonic() + timeoutMs;
  while (process.alive && clock.monotonic() < deadlineMs) {
    if ((await hasSpoken(directory)) || (await hasWritten(process))) return true;
    await clock.sleep(POLL_MS, { signal });
  }
  return false;
}

interface BlockStatistics {
  readonly qdev?: unknown;
  readonly stats?: { readonly wr_operations?: unknown };
}

async function hasWritten({ control }: MachineProcess): Promise<boolean> {
  const answer = await control.execute("query-blockstats").catch(() => undefined);
  if (!Array.isArray(answer)) return false;
  return (answer as readonly BlockStatistics[]).some(
    ({ qdev, stats }) => String(qdev).includes(ROOT_DEVICE) && Number(stats?.wr_operations) > 0,
  );
}
