const NO_NAMES: readonly string[] = Object.freeze([]);

/** How much a log remembers. */
export interface ChangeLogLimits {
  /** Default 2,000. */
  readonly maxCommits?: number;
  /** Names over all commits. Default 20,000; the newest commit is kept however large it is. */
  readonly maxNames?: number;
}

/**
 * Which names each commit changed, back to some commit. Arrays of names are kept as they come, so
 * that tables of groups that share a snapshot share them too.
 */
export class ChangeLog {
  readonly #maxCommits: number;
  readonly #maxNames: number;
  /** Names of the commits after `#floor`, one array a commit. */
  #commits: (readonly string[])[] = [];
  #floor = 0;
  #nameCount = 0;

  constructor({ maxCommits = 2000, maxNames = 20_000 }: ChangeLogLimits = {}) {
    this.#maxCommits = maxCommits;
    this.#maxNames = maxNames;
  }

  /** Number of the last commit. */
  get sequence(): number {
    return this.#floor + this.#commits.length;
  }

  append(names: readonly string[]): void {
    this.#commits.push(names);
    this.#nameCount += names.length;
    if (this.#commits.length > this.#maxCommits || this.#nameCount > this.#maxNames) {
      this.#compact();
    }
  }

  /** Names of all commits after `sequence`, each once; undefined when the log begins later. */
  since(sequence: number): readonly string[] | undefined {
    if (sequence < this.#floor || sequence > this.sequence) return undefined;
    const commits = this.#commits.slice(sequence - this.#floor).filter(({ length }) => length > 0);
    if (commits.length <= 1) return commits[0] ?? NO_NAMES;
    return [...new Set(commits.flat())];
  }

  /** Drops to half of both limits, so that this happens rarely. The newest commit stays. */
  #compact(): void {
    let dropped = 0;
    while (
      dropped < this.#commits.length - 1 &&
      (this.#commits.length - dropped > this.#maxCommits / 2 ||
        this.#nameCount > this.#maxNames / 2)
    ) {
      this.#nameCount -= this.#commits[dropped]?.length ?? 0;
      dropped++;
    }
    this.#commits = this.#commits.slice(dropped);
    this.#floor += dropped;
  }
}
