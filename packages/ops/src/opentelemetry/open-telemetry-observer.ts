import {
  type Attributes as OtelAttributes,
  type AttributeValue,
  type Meter,
  type Span as OtelSpan,
  SpanStatusCode,
  type Tracer,
} from "@opentelemetry/api";
import { type Attributes, attributeText } from "../metrics/attributes.ts";
import type { Span } from "../metrics/span.ts";
import type { Observer } from "../observers/observer.ts";

/** What the observer writes to. */
export interface OpenTelemetryDeps {
  readonly tracer: Tracer;
  readonly meter: Meter;
}

/**
 * Reports to OpenTelemetry (ops §2.2): spans become spans, with errors recorded; counters and
 * summaries become its counters and histograms. An instrument that cannot be made reports nowhere.
 *
 * @example
 * ```ts
 * const observer = createOpenTelemetryObserver({
 *   tracer: trace.getTracer("app"),
 *   meter: metrics.getMeter("app"),
 * });
 * ```
 */
export function createOpenTelemetryObserver({ tracer, meter }: OpenTelemetryDeps): Observer {
  return {
    startSpan: (name, attributes = {}) =>
      new BridgedSpan(tracer.startSpan(name, { attributes: otelAttributes(attributes) })),
    counter: (name) => {
      const counter = attempt(() => meter.createCounter(name));
      return { add: (by = 1, attributes = {}) => counter?.add(by, otelAttributes(attributes)) };
    },
    gauge: (name) => {
      const gauge = attempt(() => meter.createGauge(name));
      return {
        set: (value, attributes = {}) => gauge?.record(value, otelAttributes(attributes)),
      };
    },
    summary: (name) => {
      const histogram = attempt(() => meter.createHistogram(name));
      return {
        observe: (value, attributes = {}) => histogram?.record(value, otelAttributes(attributes)),
      };
    },
  };
}

class BridgedSpan implements Span {
  readonly #span: OtelSpan;
  #isEnded = false;

  constructor(span: OtelSpan) {
    this.#span = span;
  }

  setError(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#span.recordException(error instanceof Error ? error : message);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  setAttributes(attributes: Attributes): void {
    this.#span.setAttributes(otelAttributes(attributes));
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#span.end();
  }

  [Symbol.dispose](): void {
    this.end();
  }
}

function otelAttributes(attributes: Attributes): OtelAttributes {
  const entries = Array.isArray(attributes) ? attributes : Object.entries(attributes);
  return Object.fromEntries(
    entries.map(([key, value]: readonly [string, unknown]) => [key, otelValue(value)]),
  );
}

/** Texts, numbers and truth values as they are, all else as its text. */
function otelValue(value: unknown): AttributeValue {
  const isPlain =
    typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return isPlain ? value : attributeText(value);
}

function attempt<T>(create: () => T): T | undefined {
  try {
    return create();
  } catch {
    return undefined;
  }
}
