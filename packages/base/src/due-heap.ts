/** An item's place in a `DueHeap`; what `remove` takes. */
export interface DueNode<T> {
  readonly item: T;
  /** On the clock of whoever made the heap. */
  readonly dueMs: number;
}

interface Slot<T> extends DueNode<T> {
  /** Ties go to whoever came first. */
  readonly order: number;
  index: number;
}

/**
 * Items by the time at which they fall due. Every node knows its place, so that one that is no
 * longer wanted is taken out at once instead of lying there until its time comes.
 */
export class DueHeap<T> {
  readonly #slots: Slot<T>[] = [];
  #order = 0;

  get size(): number {
    return this.#slots.length;
  }

  /** The item that falls due first. */
  peek(): DueNode<T> | undefined {
    return this.#slots[0];
  }

  /** The node is what `remove` takes. */
  push(item: T, dueMs: number): DueNode<T> {
    const slot = { item, dueMs, order: this.#order++, index: this.#slots.length };
    this.#slots.push(slot);
    this.#rise(slot);
    return slot;
  }

  /** Takes a node out that is in the heap. */
  remove(node: DueNode<T>): void {
    const slot = node as Slot<T>;
    const last = this.#slots.pop();
    if (last === undefined || last === slot) return;
    this.#place(last, slot.index);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(slot: Slot<T>): void {
    while (slot.index > 0) {
      const parent = this.#slots[(slot.index - 1) >> 1] as Slot<T>;
      if (isBefore(parent, slot)) return;
      this.#swap(parent, slot);
    }
  }

  #sink(slot: Slot<T>): void {
    for (;;) {
      const left = this.#slots[2 * slot.index + 1];
      const right = this.#slots[2 * slot.index + 2];
      if (left === undefined) return;
      const child = right !== undefined && isBefore(right, left) ? right : left;
      if (isBefore(slot, child)) return;
      this.#swap(slot, child);
    }
  }

  #swap(a: Slot<T>, b: Slot<T>): void {
    const index = a.index;
    this.#place(a, b.index);
    this.#place(b, index);
  }

  #place(slot: Slot<T>, index: number): void {
    slot.index = index;
    this.#slots[index] = slot;
  }
}

function isBefore(a: Slot<unknown>, b: Slot<unknown>): boolean {
  return a.dueMs === b.dueMs ? a.order < b.order : a.dueMs < b.dueMs;
}
