/** A controller that follows a parent signal until it is disposed of. */
export interface LinkedSignal extends Disposable {
  readonly signal: AbortSignal;
  /** Aborts this signal alone; the parent is left as it is. */
  abort(reason?: unknown): void;
}

/** The reason of an abort that needs no explanation; shared because building one costs 10 us. */
export const CANCELLED: Error = Object.freeze(
  Object.assign(new Error("cancelled"), { name: "AbortError" }),
);

/**
 * Derives an abort signal from `parent` and unhooks it again when disposed of.
 *
 * `AbortSignal.any` stays reachable from a long-lived parent (about 1 KB a call on Node 24), so
 * whatever derives a signal per request or per item uses this instead.
 *
 * @example
 * ```ts
 * using linked = linkSignal(parent);
 * await work({ signal: linked.signal });
 * ```
 */
export function linkSignal(parent: AbortSignal | undefined): LinkedSignal {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  else parent?.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    abort: (reason: unknown = CANCELLED) => controller.abort(reason),
    [Symbol.dispose]: () => parent?.removeEventListener("abort", follow),
  };
}
