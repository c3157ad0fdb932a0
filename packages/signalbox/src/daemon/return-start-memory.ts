import type { CancelTimer, Clock, Log } from "@signalbox/base";

/** Requests that were waiting for the start go first. */
const DELAY_MS = 1_000;
/** Looking through more than this would keep callers waiting for longer than it is worth. */
const MAX_HEAP_BYTES = 128 * 1024 * 1024;

/**
 * Once after the start, has V8 give back what the start alone needed: sources, code that ran once,
 * parsed configuration. V8 would keep that room, a seventh of an idle daemon, for as long as nothing
 * presses. Takes some 60 ms.
 *
 * @returns cancels it
 */
export function returnStartMemory(deps: { readonly clock: Clock; readonly log: Log }): CancelTimer {
  return deps.clock.after(DELAY_MS, () => {
    if (process.memoryUsage().heapUsed > MAX_HEAP_BYTES) return;
    collectGarbage().catch((err: unknown) =>
      deps.log.warn({ err }, "memory of the start was not given back"),
    );
  });
}

/** What DevTools' button does; no server is opened for it. */
async function collectGarbage(): Promise<void> {
  const { Session } = await import("node:inspector/promises");
  const session = new Session();
  session.connect();
  try {
    await session.post("HeapProfiler.collectGarbage");
  } finally {
    session.disconnect();
  }
}
