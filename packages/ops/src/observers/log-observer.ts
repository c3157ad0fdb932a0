import type { Log } from "@signalbox/base";
import { type Attributes, labelPairs } from "../metrics/attributes.ts";
import type { Span } from "../metrics/span.ts";
import type { Observer } from "./observer.ts";

/**
 * Writes every measurement to a log, at level debug: `span.start`, `span.attr`, `span.end` (level
 * error with the text of what failed) and `metric` (ops §2.2).
 */
export function createLogObserver(log: Log): Observer {
  const metric = (fields: Record<string, unknown>, attributes: Attributes = {}): void => {
    if (log.isLevelEnabled("debug")) log.debug({ ...fields, attrs: record(attributes) }, "metric");
  };
  return {
    startSpan: (name, attributes = {}) => new LogSpan(log, name, attributes),
    counter: (name) => ({
      add: (delta = 1, attributes) => metric({ name, kind: "counter", delta }, attributes),
    }),
    gauge: (name) => ({
      set: (value, attributes) => metric({ name, kind: "gauge", value }, attributes),
    }),
    summary: (name) => ({
      observe: (value, attributes) => metric({ name, kind: "histogram", value }, attributes),
    }),
  };
}

class LogSpan implements Span {
  readonly #log: Log;
  readonly #span: string;
  #error: string | undefined;
  #isEnded = false;

  constructor(log: Log, span: string, attributes: Attributes) {
    this.#log = log;
    this.#span = span;
    log.debug({ span, attrs: record(attributes) }, "span.start");
  }

  setError(error: unknown): void {
    this.#error = error instanceof Error ? error.message : String(error);
  }

  setAttributes(attributes: Attributes): void {
    this.#log.debug({ span: this.#span, attrs: record(attributes) }, "span.attr");
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const span = this.#span;
    if (this.#error === undefined) this.#log.debug({ span }, "span.end");
    else this.#log.error({ span, error: this.#error }, "span.end");
  }

  [Symbol.dispose](): void {
    this.end();
  }
}

function record(attributes: Attributes): Record<string, string> {
  return Object.fromEntries(labelPairs(attributes));
}
