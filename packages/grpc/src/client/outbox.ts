/** Bytes that a call takes before there is a stream, before it asks its writer to wait. */
const HIGH_WATER_BYTES = 64 * 1024;

/**
 * The request of a call as long as the server may not have seen it: what waits for a stream, and
 * what was sent on a stream that may yet be refused.
 */
export class Outbox {
  readonly #maxKeptBytes: number;
  #frames: Buffer[] = [];
  #bytes = 0;
  #isWhole = true;

  /** @param maxKeptBytes how much is kept of what was sent */
  constructor(maxKeptBytes: number) {
    this.#maxKeptBytes = maxKeptBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True while everything that was ever written lies here. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  frames(): readonly Buffer[] {
    return this.#frames;
  }

  /** Takes a frame for which there is no stream. @returns false above the high-water mark */
  hold(frame: Buffer): boolean {
    this.#push(frame);
    return this.#bytes < HIGH_WATER_BYTES;
  }

  /** Takes a frame that was sent. */
  keep(frame: Buffer): void {
    if (!this.#isWhole) return;
    this.#push(frame);
    this.trim();
  }

  /** Everything here was sent: keeps it only when it is not too much. */
  trim(): void {
    if (this.#bytes > this.#maxKeptBytes) this.forget();
  }

  /** Keeps nothing, now and later. */
  forget(): void {
    this.#isWhole = false;
    this.#frames = [];
    this.#bytes = 0;
  }

  #push(frame: Buffer): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
  }
}
