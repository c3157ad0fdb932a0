import { type CancelTimer, type Clock, DueHeap, type DueNode } from "@signalbox/base";

/** The longest that one timer may wait. */
const MAX_TIMER_MS = 24 * 3_600_000;

/** Calls back for each key when its time comes, with one timer for all of them. */
export class Schedule {
  readonly #clock: Clock;
  readonly #onDue: (key: string) => void;
  readonly #heap = new DueHeap<string>();
  readonly #nodes = new Map<string, DueNode<string>>();
  #timer: { readonly dueMs: number; readonly cancel: CancelTimer } | undefined;

  constructor(clock: Clock, onDue: (key: string) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** Replaces the key's time; undefined takes the key out. `dueMs` is wall-clock time. */
  set(key: string, dueMs: number | undefined): void {
    const before = this.#nodes.get(key);
    if (before !== undefined) this.#heap.remove(before);
    if (dueMs === undefined) this.#nodes.delete(key);
    else this.#nodes.set(key, this.#heap.push(key, dueMs));
    this.#arm();
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#nodes.clear();
  }

  #arm(): void {
    const dueMs = this.#heap.peek()?.dueMs;
    if (this.#timer?.dueMs === dueMs) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (dueMs === undefined) return;
    const waitMs = Math.min(Math.max(0, Math.ceil(dueMs - this.#clock.now())), MAX_TIMER_MS);
    this.#timer = { dueMs, cancel: this.#clock.after(waitMs, () => this.#fire()) };
  }

  #fire(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.now();
    for (let node = this.#heap.peek(); node !== undefined; node = this.#heap.peek()) {
      if (node.dueMs > nowMs) break;
      this.#heap.remove(node);
      this.#nodes.delete(node.item);
      this.#onDue(node.item);
    }
    this.#arm();
  }
}
