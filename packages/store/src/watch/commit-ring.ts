import type { Commit } from "../commit/commit.ts";

/** The latest commits, in order and without a gap, bounded by the changes that they hold. */
export class CommitRing {
  readonly #maxChanges: number;
  #commits: Commit[] = [];
  #head = 0;
  #changes = 0;
  /** Everything after this revision is here. */
  #since: number;

  /** @param revision the present one: what is committed after it will be here. */
  constructor(maxChanges: number, revision: number) {
    this.#maxChanges = maxChanges;
    this.#since = revision;
  }

  add(commit: Commit): void {
    this.#commits.push(commit);
    this.#changes += commit.changes.length;
    while (this.#changes > this.#maxChanges) this.#dropOldest();
  }

  /** Forgets everything up to `revision`. */
  forget(revision: number): void {
    while ((this.#commits[this.#head]?.revision ?? Infinity) <= revision) this.#dropOldest();
    this.#since = Math.max(this.#since, revision);
  }

  /** At most `limit` commits after `revision`; `undefined` when they are no longer all here. */
  after(revision: number, limit: number): readonly Commit[] | undefined {
    if (revision < this.#since) return undefined;
    const start = this.#head + this.#countUpTo(revision);
    return this.#commits.slice(start, start + limit);
  }

  #countUpTo(revision: number): number {
    let low = this.#head;
    let high = this.#commits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#commits[middle] as Commit).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low - this.#head;
  }

  #dropOldest(): void {
    const oldest = this.#commits[this.#head++];
    if (oldest === undefined) return;
    this.#changes -= oldest.changes.length;
    this.#since = oldest.revision;
    // Shift in blocks: dropping the head one by one would copy the array for each commit.
    if (this.#head < 1024 && this.#head < this.#commits.length) return;
    this.#commits = this.#commits.slice(this.#head);
    this.#head = 0;
  }
}
