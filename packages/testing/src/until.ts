const LIMIT_MS = 60_000;

/**
 * Lets a test wait for what tells nobody when it happens, such as the end of a connection: looks
 * once in every turn of the event loop. What has an event is better waited for by that.
 *
 * @param what for the error; default the text of the condition
 * @throws Error when it does not hold within a minute of real time
 *
 * @example
 * ```ts
 * await until(() => server.connections === 0);
 * ```
 */
export async function until(
  condition: () => boolean,
  what: string = condition.toString(),
): Promise<void> {
  const startMs = performance.now();
  while (!condition()) {
    if (performance.now() - startMs > LIMIT_MS) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
