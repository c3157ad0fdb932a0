import { setTimeout as delay } from "node:timers/promises";

/** For whatever has to come in the end: on a busy machine, only what hangs takes so long. */
export const PATIENCE_MS = 60_000;

/**
 * Asks `probe` until it answers something other than undefined: for what goes on in another
 * process and sends us no event.
 *
 * @throws Error that names what was waited for, after `timeoutMs`
 */
export async function eventually<T>(
  what: string,
  timeoutMs: number,
  probe: () => Promise<T | undefined>,
  pollMs = 100,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await delay(pollMs);
  }
}
