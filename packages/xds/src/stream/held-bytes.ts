import { assertCount, type StreamLimits } from "./stream-limits.ts";

/**
 * What the streams of a server keep for their clients, in bytes, about: who they are and the names
 * that they hold. One client must not fill the memory that serves the others.
 */
export class HeldBytes {
  readonly #limits: Pick<StreamLimits, "maxStreamBytes" | "maxHeldBytes">;
  #total = 0;

  constructor(limits: Pick<StreamLimits, "maxStreamBytes" | "maxHeldBytes">) {
    this.#limits = limits;
  }

  /** Of all streams; 0 once they are over. */
  get total(): number {
    return this.#total;
  }

  /**
   * One stream holds `after` from now on instead of `before`. What is less is always taken.
   *
   * @throws GrpcError RESOURCE_EXHAUSTED when that is too much; nothing is counted then
   */
  replace(before: number, after: number): void {
    const total = this.#total - before + after;
    if (after > before) {
      assertCount(after, this.#limits.maxStreamBytes, "bytes of names on one stream");
      assertCount(total, this.#limits.maxHeldBytes, "bytes of names on all streams");
    }
    this.#total = total;
  }
}
