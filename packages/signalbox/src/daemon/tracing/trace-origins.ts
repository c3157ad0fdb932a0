import type { SpanContext } from "@opentelemetry/api";
import type { Clock } from "@signalbox/base";

/** So many resources are remembered; the ones longest unchanged go first. */
const MAX_ORIGINS = 10_000;
/** What is done about a resource later than this has no longer to do with the request. */
const FORGET_AFTER_MS = 600_000;

interface Origin {
  readonly context: SpanContext;
  readonly untilMs: number;
}

/**
 * Which trace last asked for a change of each resource. Reconcilers are handed keys and not events,
 * so this is how what they do finds its way into the trace of the request that it is done for.
 */
export class TraceOrigins {
  readonly #clock: Clock;
  readonly #origins = new Map<string, Origin>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(kind: string, id: string, context: SpanContext): void {
    const key = keyOf(kind, id);
    // Once more at the end: the order is that of the last change.
    this.#origins.delete(key);
    this.#origins.set(key, { context, untilMs: this.#clock.monotonic() + FORGET_AFTER_MS });
    const [oldest] = this.#origins.keys();
    if (this.#origins.size > MAX_ORIGINS && oldest !== undefined) this.#origins.delete(oldest);
  }

  find(kind: string, id: string): SpanContext | undefined {
    const key = keyOf(kind, id);
    const origin = this.#origins.get(key);
    if (origin === undefined) return undefined;
    if (origin.untilMs > this.#clock.monotonic()) return origin.context;
    this.#origins.delete(key);
    return undefined;
  }
}

function keyOf(kind: string, id: string): string {
  return `${kind}/${id}`;
}
