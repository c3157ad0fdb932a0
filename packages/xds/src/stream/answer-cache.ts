import type { CancelTimer, Clock } from "@signalbox/base";
import type { AnyAnswer } from "../wire/any-message.ts";

/** What is about to be sent. */
export interface PlannedAnswer<Answer> {
  readonly answer: Answer;
  /** Answers with one key are one answer. Undefined: not worth sharing. */
  readonly shareKey: string | undefined;
  /** Covered resources that are new to the client or changed, where somebody waits for them. */
  readonly changed: readonly string[];
}

export interface NumberedFrame {
  readonly nonce: number;
  readonly frame: Buffer;
  /** True when it was encoded for another stream before. */
  readonly isShared: boolean;
}

interface Entry<Answer> {
  readonly answer: Answer;
  nonce: number;
  frame: Buffer;
  isUsed: boolean;
}

/** Bytes of an entry besides its key and its frame: small answers cost more than their bytes. */
const ENTRY_BYTES = 512;

/** An entry that nobody uses for this long is forgotten, at the latest after twice as long. */
const IDLE_MS = 1000;

/**
 * Answers that several streams get, encoded once. Nonces come from one counter for all streams, so
 * that a frame may carry its nonce: it fits a stream whose last nonce is smaller.
 */
export class AnswerCache<Answer extends AnyAnswer> {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry<Answer>>();
  readonly #mortal = new WeakMap<Answer, boolean>();
  #nonce = 0;
  #bytes = 0;
  #cancelSweep: CancelTimer | undefined;

  /** @param maxBytes of frames that are kept, with what it costs to keep them */
  constructor(clock: Clock, maxBytes: number) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  /** The answer that another stream got under this key. */
  find(shareKey: string): Answer | undefined {
    return this.#entries.get(shareKey)?.answer;
  }

  /** Whether any resource of the answer has a time to live; looked up once for a shared answer. */
  hasTimeToLive(answer: Answer): boolean {
    let isMortal = this.#mortal.get(answer);
    if (isMortal === undefined) {
      isMortal = answer.resources.some(({ ttlMs }) => ttlMs !== undefined);
      this.#mortal.set(answer, isMortal);
    }
    return isMortal;
  }

  /** A nonce for a frame that is not shared. */
  nextNonce(): number {
    return ++this.#nonce;
  }

  /** The frame of an answer for a stream whose last nonce is `afterNonce`. */
  frame(
    planned: PlannedAnswer<Answer>,
    afterNonce: number,
    encode: (answer: Answer, nonce: string) => Buffer,
  ): NumberedFrame {
    const { answer, shareKey } = planned;
    const entry = shareKey === undefined ? undefined : this.#entries.get(shareKey);
    if (entry !== undefined && entry.nonce > afterNonce) {
      entry.isUsed = true;
      return { nonce: entry.nonce, frame: entry.frame, isShared: true };
    }
    const nonce = this.nextNonce();
    const frame = encode(answer, String(nonce));
    if (shareKey !== undefined) this.#keep(shareKey, { answer, nonce, frame, isUsed: true });
    return { nonce, frame, isShared: false };
  }

  close(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    this.#entries.clear();
    this.#bytes = 0;
  }

  #keep(key: string, entry: Entry<Answer>): void {
    this.#forget(key);
    this.#entries.set(key, entry);
    this.#bytes += bytesOf(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.#forget(oldest);
    }
    this.#cancelSweep ??= this.#clock.after(IDLE_MS, () => this.#sweep());
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= bytesOf(key, entry);
  }

  #sweep(): void {
    for (const [key, entry] of this.#entries) {
      if (entry.isUsed) entry.isUsed = false;
      else this.#forget(key);
    }
    const isEmpty = this.#entries.size === 0;
    this.#cancelSweep = isEmpty ? undefined : this.#clock.after(IDLE_MS, () => this.#sweep());
  }
}

function bytesOf(key: string, { frame }: { readonly frame: Buffer }): number {
  return ENTRY_BYTES + 2 * key.length + frame.length;
}
