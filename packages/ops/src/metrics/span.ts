import type { Clock } from "@signalbox/base";
import type { Attributes } from "./attributes.ts";

/** One piece of work whose time is taken. */
export interface Span extends Disposable {
  /** The work has failed, which is its outcome when it ends. */
  setError(error: unknown): void;
  /** Says more about the work; observers that take only its time leave it out. */
  setAttributes(attributes: Attributes): void;
  /** The work is over. Calling it again does nothing. */
  end(): void;
}

export interface TimedSpanDeps {
  readonly clock: Clock;
  readonly observe: (seconds: number, outcome: "ok" | "error") => void;
}

/** A span of which the time and the outcome are kept, and nothing else. */
export class TimedSpan implements Span {
  readonly #deps: TimedSpanDeps;
  readonly #startedMs: number;
  #outcome: "ok" | "error" = "ok";
  #isEnded = false;

  constructor(deps: TimedSpanDeps) {
    this.#deps = deps;
    this.#startedMs = deps.clock.monotonic();
  }

  setError(): void {
    this.#outcome = "error";
  }

  setAttributes(): void {}

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const { clock, observe } = this.#deps;
    observe((clock.monotonic() - this.#startedMs) / 1000, this.#outcome);
  }

  [Symbol.dispose](): void {
    this.end();
  }
}
