import type { StatusDetail } from "../wire/status-detail.ts";

/** An answer that went out. */
export interface SentAnswer<Answer> {
  readonly nonce: string;
  readonly version: string;
  readonly answer: Answer;
  /** On the monotonic clock. */
  readonly sentAtMs: number;
}

/** An answer that the client refused. */
export interface RefusedAnswer {
  readonly nonce: string;
  readonly version: string;
  readonly error: StatusDetail;
  /** Wall-clock time, milliseconds since the epoch. */
  readonly at: number;
}

/** What a request's nonce and error say about the answers before it. */
export type Verdict<Answer> =
  /** Nothing: it came by itself. */
  | { readonly kind: "spontaneous" }
  /** It speaks of an answer that was overtaken. */
  | { readonly kind: "stale" }
  | { readonly kind: "ack"; readonly of: SentAnswer<Answer> }
  | { readonly kind: "nack"; readonly of: SentAnswer<Answer>; readonly error: StatusDetail };

/** What a request says about the answers before it. */
export interface Words {
  readonly responseNonce: string;
  /** State of the world only: what the client says it runs with. */
  readonly versionInfo?: string;
  readonly errorDetail: StatusDetail | undefined;
}

/**
 * The answers of one type on one stream: at most one is in flight, and each is accepted or refused
 * once. Refusal is what carries an error, never a comparison of versions (xds §2.1 rule 6).
 */
export class AnswerLedger<Answer> {
  #inFlight: SentAnswer<Answer> | undefined;
  #lastNonce = "";
  #clientVersion: string | undefined;
  #lastSent: { readonly version: string; readonly at: number } | undefined;
  #lastAcked: { readonly version: string; readonly at: number } | undefined;
  #lastNacked: RefusedAnswer | undefined;

  /** The answer that waits for the client's word. */
  get inFlight(): SentAnswer<Answer> | undefined {
    return this.#inFlight;
  }

  /** Nonce of the last answer; empty before the first. */
  get lastNonce(): string {
    return this.#lastNonce;
  }

  get lastSent(): { readonly version: string; readonly at: number } | undefined {
    return this.#lastSent;
  }

  get lastAcked(): { readonly version: string; readonly at: number } | undefined {
    return this.#lastAcked;
  }

  /** The last refusal, until an answer is accepted. */
  get lastNacked(): RefusedAnswer | undefined {
    return this.#lastNacked;
  }

  /** What `receive` would find. */
  peek(words: Words): Verdict<Answer>["kind"] {
    return this.#verdict(words).kind;
  }

  sent(answer: SentAnswer<Answer>, at: number): void {
    this.#inFlight = answer;
    this.#lastNonce = answer.nonce;
    this.#lastSent = { version: answer.version, at };
  }

  /**
   * Reads a request's verdict, once: clients that repeat an error with each later request are not
   * counted again (§2.7, G20).
   */
  receive(words: Words, at: number): Verdict<Answer> {
    const verdict = this.#verdict(words);
    this.#clientVersion = words.versionInfo;
    if (verdict.kind === "ack" || verdict.kind === "nack") this.#inFlight = undefined;
    if (verdict.kind === "ack") {
      this.#lastAcked = { version: verdict.of.version, at };
      this.#lastNacked = undefined;
    }
    if (verdict.kind === "nack") {
      const { nonce, version } = verdict.of;
      this.#lastNacked = { nonce, version, error: verdict.error, at };
    }
    return verdict;
  }

  #verdict({ responseNonce, versionInfo, errorDetail }: Words): Verdict<Answer> {
    const inFlight = this.#inFlight;
    if (responseNonce === "") {
      // Some clients lose the nonce (§2.2): the version, or an error, tells what they answer.
      const isWord =
        inFlight !== undefined &&
        versionInfo !== undefined &&
        (errorDetail !== undefined ||
          (versionInfo === inFlight.version && versionInfo !== this.#clientVersion));
      if (!isWord) return { kind: "spontaneous" };
    } else if (responseNonce !== this.#lastNonce) {
      return { kind: "stale" };
    }
    if (inFlight === undefined) return { kind: "spontaneous" };
    if (errorDetail === undefined) return { kind: "ack", of: inFlight };
    return { kind: "nack", of: inFlight, error: errorDetail };
  }
}
