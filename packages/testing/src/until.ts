const LIMIT_MS = 60_000;

/** How long nothing may happen in this process before it looks again: others may have done it. */
const PAUSE_MS = 1;

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
    await turnWithEvents();
  }
}

/**
 * Comes in the event loop's next turn. Other than a plain immediate it lets the loop wait for what
 * happens next, so that whoever waits leaves the processor to those who are waited for.
 */
function turnWithEvents(): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearImmediate(turn);
      clearTimeout(pause);
      resolve();
    };
    const turn = setImmediate(go).unref();
    const pause = setTimeout(go, PAUSE_MS);
  });
}
