import type { Resource } from "../resource/resource.ts";

/** A client hears of a resource this many times within its time to live (xds §2.8 [R]). */
const BEATS = 3;
/** Beats that are due within this part of their interval go together. */
const COALESCED_PART = 0.1;

interface Beat {
  readonly intervalMs: number;
  lastMs: number;
}

/**
 * When the resources of one type that have a time to live were last sent to one client. What was
 * sent anyway needs no heartbeat for another interval.
 */
export class TimeToLive {
  readonly #beats = new Map<string, Beat>();
  #nextAtMs = Number.POSITIVE_INFINITY;

  /** When the next heartbeat is due, on the monotonic clock; infinity without any. */
  get nextAtMs(): number {
    return this.#nextAtMs;
  }

  noteSent(resources: Iterable<Resource>, nowMs: number): void {
    for (const { name, ttlMs } of resources) {
      if (ttlMs === undefined) {
        if (this.#beats.size > 0) this.forget(name);
        continue;
      }
      const intervalMs = ttlMs / BEATS;
      this.#beats.set(name, { intervalMs, lastMs: nowMs });
      this.#nextAtMs = Math.min(this.#nextAtMs, nowMs + intervalMs);
    }
  }

  forget(name: string): void {
    this.#beats.delete(name);
    if (this.#beats.size === 0) this.#nextAtMs = Number.POSITIVE_INFINITY;
  }

  clear(): void {
    this.#beats.clear();
    this.#nextAtMs = Number.POSITIVE_INFINITY;
  }

  /** The names whose heartbeat goes out now. They count as sent. */
  take(nowMs: number): readonly string[] {
    if (nowMs < this.#nextAtMs) return [];
    const due: string[] = [];
    let nextAtMs = Number.POSITIVE_INFINITY;
    for (const [name, beat] of this.#beats) {
      if (nowMs >= beat.lastMs + beat.intervalMs * (1 - COALESCED_PART)) {
        due.push(name);
        beat.lastMs = nowMs;
      }
      nextAtMs = Math.min(nextAtMs, beat.lastMs + beat.intervalMs);
    }
    this.#nextAtMs = nextAtMs;
    return due;
  }
}
