/** Times what one type of one stream owes to changes: from the first one to the client's word. */
export class ChangeAge {
  /** When the first change came that was not sent yet. */
  #owedSinceMs: number | undefined;
  /** The same of the answer in flight; undefined when no change made it. */
  #sentSinceMs: number | undefined;

  changed(nowMs: number): void {
    this.#owedSinceMs ??= nowMs;
  }

  /** An answer went out, with every change up to now. */
  sent(): void {
    this.#sentSinceMs = this.#owedSinceMs;
    this.#owedSinceMs = undefined;
  }

  /** The changes were of nothing that the client asked for. */
  settled(): void {
    this.#owedSinceMs = undefined;
  }

  /** @returns how long ago the first change was; undefined for answers that no change made */
  accepted(nowMs: number): number | undefined {
    const sinceMs = this.#sentSinceMs;
    this.#sentSinceMs = undefined;
    return sinceMs === undefined ? undefined : nowMs - sinceMs;
  }
}
