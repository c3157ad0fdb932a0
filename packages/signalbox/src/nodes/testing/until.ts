const LIMIT_MS = 15_000;

/**
 * Waits, a turn of the event loop at a time, until `condition` holds.
 *
 * @throws when it does not within some seconds
 */
export async function until(condition: () => boolean): Promise<void> {
  const startMs = performance.now();
  while (!condition()) {
    if (performance.now() - startMs > LIMIT_MS) throw new Error(`never: ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
