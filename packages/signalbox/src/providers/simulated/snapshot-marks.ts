import type { ServerRef } from "../provider.ts";

/** The machines whose disk is being copied, once or more; a copy does not outlive the process. */
export class SnapshotMarks {
  readonly #copies = new Map<string, number>();

  has(ref: ServerRef): boolean {
    return this.#copies.has(keyOf(ref));
  }

  /** Marks the machine until the answer is disposed of. */
  mark(ref: ServerRef): Disposable {
    const key = keyOf(ref);
    this.#copies.set(key, (this.#copies.get(key) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#copies.get(key) ?? 1) - 1;
        if (left > 0) this.#copies.set(key, left);
        else this.#copies.delete(key);
      },
    };
  }
}

function keyOf(ref: ServerRef): string {
  return `${ref.id}/${ref.incarnation}`;
}
