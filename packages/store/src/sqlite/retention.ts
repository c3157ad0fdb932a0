import type { HistoryStretch } from "./log-messages.ts";

export interface RetentionLimits {
  /** Revisions that can be resumed from at least. */
  readonly maxRevisions: number;
  /** Characters of JSON in the history; beyond it, older revisions go although they are few. */
  readonly maxLength: number;
}

/** History is counted in stretches, so that compaction runs now and then and not on each commit. */
const STRETCHES = 8;

/** Decides how much history the log keeps. */
export class Retention {
  readonly #limits: RetentionLimits;
  /** Oldest first; the last one is still growing. */
  readonly #stretches: { lastRevision: number; readonly firstRevision: number; length: number }[];
  #length: number;

  constructor(limits: RetentionLimits, compacted: number, stretches: readonly HistoryStretch[]) {
    this.#limits = limits;
    let firstRevision = compacted + 1;
    this.#stretches = stretches.map(([lastRevision, length]) => {
      const stretch = { firstRevision, lastRevision, length };
      firstRevision = lastRevision + 1;
      return stretch;
    });
    this.#length = stretches.reduce((sum, [, length]) => sum + length, 0);
  }

  /** A commit was added. */
  add(revision: number, length: number): void {
    this.#length += length;
    const growing = this.#stretches.at(-1);
    if (growing === undefined || this.#isFull(growing)) {
      this.#stretches.push({ firstRevision: revision, lastRevision: revision, length });
      return;
    }
    growing.lastRevision = revision;
    growing.length += length;
  }

  /** Everything up to `revision` was forgotten. */
  forget(revision: number): void {
    while ((this.#stretches[0]?.lastRevision ?? Infinity) <= revision) {
      this.#length -= this.#stretches.shift()?.length ?? 0;
    }
  }

  /** The revision up to which history is beyond the limits; `undefined` when there is none. */
  due(): number | undefined {
    const last = this.#stretches.at(-1)?.lastRevision ?? 0;
    let length = this.#length;
    let due: number | undefined;
    for (const stretch of this.#stretches.slice(0, -1)) {
      const tooMany = last - stretch.lastRevision >= this.#limits.maxRevisions;
      if (!tooMany && length <= this.#limits.maxLength) break;
      due = stretch.lastRevision;
      length -= stretch.length;
    }
    return due;
  }

  #isFull(stretch: { firstRevision: number; lastRevision: number; length: number }): boolean {
    const revisions = stretch.lastRevision - stretch.firstRevision + 1;
    return (
      revisions >= this.#limits.maxRevisions / STRETCHES ||
      stretch.length >= this.#limits.maxLength / STRETCHES
    );
  }
}
