import { type CancelTimer, type Clock, DueHeap, type DueNode } from "@signalbox/base";

/** What a timer calls when its time has come. */
export interface Due {
  onDue(): void;
}

/**
 * Any number of deadlines behind one timer of the clock. The clock's timer is set again only when
 * something falls due earlier than all the rest, so that a call with a deadline costs a place in
 * a heap and no timer.
 */
export class DueTimers {
  readonly #clock: Clock;
  readonly #heap = new DueHeap<Due>();
  #armedMs = Number.POSITIVE_INFINITY;
  #disarm: CancelTimer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait; a leak check for teardowns. */
  get size(): number {
    return this.#heap.size;
  }

  /** Calls `due` after `delayMs`. Keep the node: `remove` takes it, and takes it once. */
  add(due: Due, delayMs: number): DueNode<Due> {
    const node = this.#heap.push(due, this.#clock.monotonic() + delayMs);
    if (node.dueMs < this.#armedMs) this.#arm(node.dueMs);
    return node;
  }

  remove(node: DueNode<Due>): void {
    this.#heap.remove(node);
  }

  /** Drops everything that waits. */
  close(): void {
    for (let node = this.#heap.peek(); node !== undefined; node = this.#heap.peek()) {
      this.#heap.remove(node);
    }
    this.#disarm?.();
    this.#armedMs = Number.POSITIVE_INFINITY;
  }

  #arm(atMs: number): void {
    this.#disarm?.();
    this.#armedMs = atMs;
    const delayMs = Math.min(MAX_TIMER_MS, Math.max(0, Math.ceil(atMs - this.#clock.monotonic())));
    this.#disarm = this.#clock.after(delayMs, () => this.#fire());
  }

  #fire(): void {
    this.#armedMs = Number.POSITIVE_INFINITY;
    const nowMs = this.#clock.monotonic();
    for (;;) {
      const node = this.#heap.peek();
      if (node === undefined) return;
      if (node.dueMs > nowMs) {
        this.#arm(node.dueMs);
        return;
      }
      this.#heap.remove(node);
      node.item.onDue();
    }
  }
}

/** A timer set for longer than this fires at once on Node. */
const MAX_TIMER_MS = 2 ** 31 - 1;
