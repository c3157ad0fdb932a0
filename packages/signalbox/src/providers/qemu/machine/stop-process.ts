import type { Clock } from "@signalbox/base";
import {
  isAlive,
  type ProcessIdentity,
  sendSignal,
  waitUntilGone,
} from "../process/process-identity.ts";
import type { QmpClient } from "../qmp/qmp-client.ts";
import type { MachineProcess } from "./machine-process.ts";

export interface StopOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A guest that is still booting loses the first presses of its power button. */
const PRESS_AGAIN_MS = 2000;
const QUIT_TIMEOUT_MS = 5000;
const KILL_TIMEOUT_MS = 5000;

/**
 * Presses the machine's power button until it is off; after `timeoutMs` cuts its power.
 *
 * @returns false when even that did not end the process
 */
export async function shutDown(
  process: MachineProcess,
  timeoutMs: number,
  options: StopOptions,
): Promise<boolean> {
  const { clock, signal } = options;
  const deadlineMs = clock.monotonic() + timeoutMs;
  for (;;) {
    const leftMs = deadlineMs - clock.monotonic();
    if (leftMs <= 0 || process.runState !== "running") return cutPower(process, options);
    await process.control.execute("system_powerdown", {}, { signal }).catch(() => {});
    signal.throwIfAborted();
    const waitMs = Math.min(leftMs, PRESS_AGAIN_MS);
    if (await waitUntilGone(process.identity, { clock, signal, timeoutMs: waitMs })) return true;
  }
}

/** Ends the process: asked first, so that its disk is flushed, then by SIGKILL. */
export async function cutPower(
  target: { readonly identity: ProcessIdentity; readonly control?: QmpClient },
  { clock, signal }: StopOptions,
): Promise<boolean> {
  const { identity, control } = target;
  if (!isAlive(identity)) return true;
  if (control !== undefined) {
    // The answer may get lost with the process.
    void control.execute("quit", {}, { timeoutMs: QUIT_TIMEOUT_MS }).catch(() => {});
    if (await waitUntilGone(identity, { clock, signal, timeoutMs: QUIT_TIMEOUT_MS })) return true;
  }
  sendSignal(identity, "SIGKILL");
  return waitUntilGone(identity, { clock, signal, timeoutMs: KILL_TIMEOUT_MS });
}
