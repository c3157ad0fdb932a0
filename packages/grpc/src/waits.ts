import type { DueNode } from "@signalbox/base";
import type { Due, DueTimers } from "./due-timers.ts";

/** The delays of one owner, so that they end with it. */
export class Waits {
  readonly #timers: DueTimers;
  readonly #nodes = new Set<DueNode<Due>>();
  #isClosed = false;

  constructor(timers: DueTimers) {
    this.#timers = timers;
  }

  /** Runs `action` once after `ms` (never, when infinite), unless the answer is called before. */
  after(ms: number, action: () => void): () => void {
    if (this.#isClosed || !Number.isFinite(ms)) return () => {};
    const onDue = (): void => {
      this.#nodes.delete(node);
      action();
    };
    const node = this.#timers.add({ onDue }, ms);
    this.#nodes.add(node);
    return () => {
      if (this.#nodes.delete(node)) this.#timers.remove(node);
    };
  }

  /** Drops what waits, and takes nothing more. */
  close(): void {
    this.#isClosed = true;
    for (const node of this.#nodes) this.#timers.remove(node);
    this.#nodes.clear();
  }
}
