import { DueHeap, type DueNode, type Random } from "@signalbox/base";
import { type BackoffSettings, backoffMs } from "./backoff.ts";
import { Fifo } from "./fifo.ts";

/** A key that was handed to a worker. */
export interface Lease {
  readonly key: string;
  /** 1 on the first try since the key last succeeded. */
  readonly attempt: number;
  /** How long the key could have been worked on but no worker was free. */
  readonly waitedMs: number;
}

/** How the work on a key ended. */
export type WorkOutcome =
  /** At rest: the key is forgotten. */
  | { readonly type: "done" }
  /** Succeeded, and wants to look again. */
  | { readonly type: "again"; readonly afterMs: number }
  /** Neither succeeded nor failed: something else has to happen first. */
  | { readonly type: "yielded"; readonly afterMs: number }
  /** Failed: tried again after a backoff, and not before `retryAfterMs` if the failure knows one. */
  | { readonly type: "failed"; readonly retryAfterMs?: number | undefined };

/** How many keys of a queue are in each state. */
export interface QueueDepth {
  readonly ready: number;
  readonly delayed: number;
  readonly running: number;
}

type KeyState =
  | { readonly name: "ready"; readonly sinceMs: number }
  | { readonly name: "delayed"; readonly node: DueNode<Entry>; readonly notBeforeMs: number }
  | { readonly name: "running"; readonly held: boolean };

interface Entry {
  readonly key: string;
  failures: number;
  state: KeyState;
}

/** A key looks again once a day at the least; longer delays would also overflow a timer. */
const MAX_DELAY_MS = 24 * 3_600_000;

const HELD: KeyState = Object.freeze({ name: "running", held: true });
const RUNNING: KeyState = Object.freeze({ name: "running", held: false });

/**
 * The queue of one controller: keys, never events. It has no timers and no promises; whoever
 * drives it gives it the time.
 *
 * A key is in one state at a time:
 *
 * ```text
 *   add ──▶ ready ──take──▶ running ──done──▶ forgotten
 *             ▲                │
 *             ├── add was held ┤ (runs once more, however many came)
 *             │                ▼
 *             └── due, or ── delayed ◀── again, yielded, failed
 *                 an add
 * ```
 *
 * Ready keys are served in the order in which they became ready, so a busy key goes to the back and
 * cannot starve the others.
 */
export class KeyedQueue {
  readonly #backoff: BackoffSettings;
  readonly #random: Random;
  readonly #entries = new Map<string, Entry>();
  readonly #ready = new Fifo<Entry>();
  readonly #delayed = new DueHeap<Entry>();

  constructor(backoff: BackoffSettings, random: Random) {
    this.#backoff = backoff;
    this.#random = random;
  }

  get depth(): QueueDepth {
    const ready = this.#ready.size;
    const delayed = this.#delayed.size;
    return { ready, delayed, running: this.#entries.size - ready - delayed };
  }

  /** How long the key that is next has been ready, or due, without a worker; 0 when there is none. */
  oldestMs(nowMs: number): number {
    const first = this.#ready.peek()?.state;
    const readyMs = first?.name === "ready" ? first.sinceMs : nowMs;
    const dueMs = this.#delayed.peek()?.dueMs ?? nowMs;
    return Math.max(0, nowMs - Math.min(readyMs, dueMs));
  }

  /** When `take` will have something that it lacks now; undefined when nothing is delayed. */
  get nextDueMs(): number | undefined {
    return this.#delayed.peek()?.dueMs;
  }

  /**
   * Something happened that concerns `key`: it is worked on as soon as may be. This overrides a
   * delay that was asked for; after a failure it shortens the backoff to `minGapMs`.
   */
  add(key: string, nowMs: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      this.#create(key, nowMs);
      return;
    }
    switch (entry.state.name) {
      case "ready":
        return;
      case "running":
        entry.state = HELD;
        return;
      case "delayed":
        this.#bringForward(entry, entry.state, nowMs);
    }
  }

  /** Hands out the key that has been ready longest. */
  take(nowMs: number): Lease | undefined {
    this.#promoteDue(nowMs);
    const entry = this.#ready.shift();
    if (entry?.state.name !== "ready") return undefined;
    const waitedMs = nowMs - entry.state.sinceMs;
    entry.state = RUNNING;
    return { key: entry.key, attempt: entry.failures + 1, waitedMs };
  }

  /**
   * Takes a leased key back.
   *
   * @returns milliseconds until the key's next try; undefined when it is at rest.
   */
  finish(key: string, outcome: WorkOutcome, nowMs: number): number | undefined {
    const entry = this.#entries.get(key);
    if (entry?.state.name !== "running") throw new Error(`no worker holds the key ${key}`);
    const { held } = entry.state;
    switch (outcome.type) {
      case "done":
        entry.failures = 0;
        return this.#rest(entry, held, nowMs);
      case "again":
        entry.failures = 0;
        return this.#wait(entry, outcome.afterMs, held, nowMs);
      case "yielded":
        return this.#wait(entry, outcome.afterMs, held, nowMs);
      case "failed":
        entry.failures++;
        return this.#backOff(entry, outcome.retryAfterMs ?? 0, held, nowMs);
    }
  }

  #create(key: string, nowMs: number): void {
    const entry: Entry = { key, failures: 0, state: { name: "ready", sinceMs: nowMs } };
    this.#entries.set(key, entry);
    this.#ready.push(entry);
  }

  #makeReady(entry: Entry, nowMs: number): number {
    entry.state = { name: "ready", sinceMs: nowMs };
    this.#ready.push(entry);
    return 0;
  }

  #rest(entry: Entry, held: boolean, nowMs: number): number | undefined {
    if (held) return this.#makeReady(entry, nowMs);
    this.#entries.delete(entry.key);
    return undefined;
  }

  #wait(entry: Entry, afterMs: number, held: boolean, nowMs: number): number {
    if (held) return this.#makeReady(entry, nowMs);
    return this.#delay(entry, afterMs, nowMs, nowMs);
  }

  #backOff(entry: Entry, retryAfterMs: number, held: boolean, nowMs: number): number {
    const ownMs = backoffMs(this.#backoff, entry.failures, this.#random);
    const delayMs = retryAfterMs > ownMs ? retryAfterMs : ownMs;
    const gapMs = Math.min(delayMs, this.#backoff.minGapMs);
    return this.#delay(entry, held ? gapMs : delayMs, nowMs + gapMs, nowMs);
  }

  #delay(entry: Entry, afterMs: number, notBeforeMs: number, nowMs: number): number {
    const delayMs = afterMs > 0 ? Math.min(afterMs, MAX_DELAY_MS) : 0;
    const node = this.#delayed.push(entry, nowMs + delayMs);
    entry.state = { name: "delayed", node, notBeforeMs };
    return delayMs;
  }

  #bringForward(entry: Entry, state: KeyState & { name: "delayed" }, nowMs: number): void {
    const { node, notBeforeMs } = state;
    if (node.dueMs <= notBeforeMs) return;
    this.#delayed.remove(node);
    if (notBeforeMs <= nowMs) this.#makeReady(entry, nowMs);
    else this.#delay(entry, notBeforeMs - nowMs, notBeforeMs, nowMs);
  }

  #promoteDue(nowMs: number): void {
    for (;;) {
      const node = this.#delayed.peek();
      if (node === undefined || node.dueMs > nowMs) return;
      this.#delayed.remove(node);
      this.#makeReady(node.item, node.dueMs);
    }
  }
}
