import type { ServerStatus } from "../../model/server.ts";

type Restarts = ServerStatus["restarts"];

/** The first restart is immediate, the second waits this long, each further one twice as long. */
export const RESTART_BASE_MS = 10_000;
export const RESTART_MAX_MS = 300_000;
/** A machine that stayed up this long starts counting anew. */
export const STABLE_AFTER_MS = 600_000;

/** How long until a machine that died may be started again; 0 when it may now. */
export function restartDelayMs(restarts: Restarts, nowMs: number): number {
  if (restarts === undefined || isForgotten(restarts, nowMs)) return 0;
  const pauseMs = Math.min(RESTART_MAX_MS, RESTART_BASE_MS * 2 ** (restarts.count - 1));
  return Math.max(0, Date.parse(restarts.lastAt) + pauseMs - nowMs);
}

/** The count with one more restart, made now. */
export function countRestart(restarts: Restarts, nowMs: number): NonNullable<Restarts> {
  const before = restarts === undefined || isForgotten(restarts, nowMs) ? 0 : restarts.count;
  return { count: before + 1, lastAt: new Date(nowMs).toISOString() };
}

/** True when the last restart is so long ago that it says nothing about the next one. */
export function isForgotten(restarts: NonNullable<Restarts>, nowMs: number): boolean {
  return nowMs - Date.parse(restarts.lastAt) >= STABLE_AFTER_MS;
}
