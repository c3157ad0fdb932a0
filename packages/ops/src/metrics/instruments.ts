import { Problem } from "@signalbox/base";
import { type Attributes, NO_ATTRIBUTES } from "./attributes.ts";
import { createExemplar, type Exemplar } from "./exemplar.ts";
import type { MetricFamily } from "./metric-family.ts";

/**
 * Finds or makes the metric that a handle stands for.
 *
 * @throws Problem `conflict` when the name is another kind's
 */
export type Bind = () => MetricFamily;

/** What a measurement is an example of. */
export interface MeasureOptions {
  /** What the measurement is an example of, such as `{ trace_id }`; at most 128 characters. */
  readonly exemplar?: Attributes | undefined;
}

/** What handles need of their registry. */
export interface InstrumentDeps {
  readonly bind: Bind;
  /** What a measurement is an example of unless it says so itself. */
  readonly exemplar: () => Attributes | undefined;
  /** Wall-clock time in milliseconds. */
  readonly now: () => number;
}

/** Only grows. */
export class Counter {
  readonly #deps: InstrumentDeps;
  readonly #name: string;
  readonly #allowsFractions: boolean;

  constructor(name: string, deps: InstrumentDeps, allowsFractions: boolean) {
    this.#name = name;
    this.#deps = deps;
    this.#allowsFractions = allowsFractions;
  }

  /**
   * @throws Problem `invalid_request` unless `by` is a whole number from 0 on (any finite one from
   * 0 on with `allowsFractions`)
   */
  add(by: number = 1, attributes: Attributes = NO_ATTRIBUTES, options: MeasureOptions = {}): void {
    const isFit = this.#allowsFractions ? Number.isFinite(by) : Number.isInteger(by);
    if (!isFit || by < 0) {
      const kind = this.#allowsFractions ? "a number" : "a whole number";
      const text = `ops: counter ${JSON.stringify(this.#name)} grows by ${kind} from 0 on, not ${by}`;
      throw new Problem("invalid_request", text);
    }
    this.#deps.bind().add(attributes, by, exemplarOf(options, by, this.#deps));
  }
}

/** Goes up and down. */
export class Gauge {
  readonly #bind: Bind;

  constructor({ bind }: InstrumentDeps) {
    this.#bind = bind;
  }

  /** @throws Problem `conflict` when the name is another kind's */
  set(value: number, attributes: Attributes = NO_ATTRIBUTES): void {
    this.#bind().set(attributes, value);
  }

  /** @throws Problem `conflict` when the name is another kind's */
  add(by: number, attributes: Attributes = NO_ATTRIBUTES): void {
    this.#bind().add(attributes, by);
  }
}

/** Count and sum of what was observed. NaN spoils the sum for good. */
export class Summary {
  readonly #bind: Bind;

  constructor({ bind }: InstrumentDeps) {
    this.#bind = bind;
  }

  /** @throws Problem `conflict` when the name is another kind's */
  observe(value: number, attributes: Attributes = NO_ATTRIBUTES): void {
    this.#bind().observe(attributes, value);
  }
}

/** Count, sum and distribution over buckets. */
export class Histogram {
  readonly #deps: InstrumentDeps;

  constructor(deps: InstrumentDeps) {
    this.#deps = deps;
  }

  /** @throws Problem `conflict` when the name is another kind's */
  observe(
    value: number,
    attributes: Attributes = NO_ATTRIBUTES,
    options: MeasureOptions = {},
  ): void {
    this.#deps.bind().observe(attributes, value, exemplarOf(options, value, this.#deps));
  }
}

function exemplarOf(
  options: MeasureOptions,
  value: number,
  deps: InstrumentDeps,
): Exemplar | undefined {
  const attributes = options.exemplar ?? deps.exemplar();
  return attributes === undefined ? undefined : createExemplar(attributes, value, deps.now());
}
