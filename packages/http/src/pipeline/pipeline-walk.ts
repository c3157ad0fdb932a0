import type { Answer, ArrivedRequest, Exchange, Outcome } from "./exchange.ts";
import type { Compiled } from "./compile.ts";
import type { PlacedRow } from "./row.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One request's walk down the rows. Stays synchronous as long as the steps do, so that a request
 * whose steps never wait costs no turn of the event loop.
 */
export class PipelineWalk {
  readonly exchange: Mutable<Exchange>;
  readonly #compiled: Compiled;
  /** Rows that have something to do on the way out, in the order they were entered. */
  readonly #entered: PlacedRow[] = [];
  #outcome: Outcome | undefined;

  constructor(compiled: Compiled, request: ArrivedRequest) {
    this.#compiled = compiled;
    this.exchange = emptyExchange(request);
  }

  /** All rows above the reading of the body. */
  beforeBody(): void | Promise<void> {
    const arrived = this.#walk(this.#compiled.everyRequest, 0);
    if (arrived instanceof Promise) return arrived.then(() => this.#guarded());
    return this.#guarded();
  }

  /** All rows below it. */
  afterBody(bytes: Buffer | undefined): void | Promise<void> {
    this.exchange.bytes = bytes;
    return this.#walk(this.#compiled.plan(this.exchange.route.operation).afterBody, 0);
  }

  /** The end of the walk, by an answer: rows leave, last one first. */
  leave(): Outcome | Promise<Outcome> {
    const answer = this.exchange.answer ?? NO_ANSWER;
    return this.#leave({ answer, problem: undefined });
  }

  /** The end of the walk, by whatever was thrown. */
  rescue(error: unknown): Outcome | Promise<Outcome> {
    return this.#leave(this.#compiled.rescue(error, this.exchange));
  }

  /** The answer could not be put on the wire. */
  broken(error: unknown): void {
    this.#outcome = this.#compiled.rescue(error, this.exchange);
  }

  /** The answer has gone, or nobody is left to take it. */
  done(): void {
    const outcome = this.#outcome ?? { answer: NO_ANSWER, problem: undefined };
    for (const row of this.#entered.toReversed()) row.done?.(this.exchange, outcome);
    this.#entered.length = 0;
  }

  #guarded(): void | Promise<void> {
    if (this.exchange.answer !== undefined) return undefined;
    return this.#walk(this.#compiled.plan(this.exchange.route.operation).beforeBody, 0);
  }

  #walk(rows: readonly PlacedRow[], from: number): void | Promise<void> {
    for (let at = from; at < rows.length; at++) {
      const row = rows[at] as PlacedRow;
      const added = row.enter?.(this.exchange);
      if (added instanceof Promise) {
        return added.then((later) => {
          this.#settle(row, later);
          return this.exchange.answer === undefined ? this.#walk(rows, at + 1) : undefined;
        });
      }
      this.#settle(row, added);
      if (this.exchange.answer !== undefined) return undefined;
    }
    return undefined;
  }

  #settle(row: PlacedRow, added: object | void): void {
    if (added !== undefined) Object.assign(this.exchange, added);
    if (row.leave !== undefined || row.done !== undefined) this.#entered.push(row);
  }

  #leave(outcome: Outcome, from: number = this.#entered.length - 1): Outcome | Promise<Outcome> {
    this.#outcome = outcome;
    for (let at = from; at >= 0; at--) {
      const leaving = this.#entered[at]?.leave?.(this.exchange, outcome);
      if (leaving instanceof Promise) {
        return leaving.then(
          () => this.#leave(outcome, at - 1),
          (error: unknown) => this.#leave(this.#compiled.rescue(error, this.exchange), at - 1),
        );
      }
    }
    return outcome;
  }
}

const NO_ANSWER: Answer = Object.freeze({ status: 499, headers: {}, body: undefined });

/** All fields are there from the start, so that every exchange has one hidden class. */
function emptyExchange(request: ArrivedRequest): Mutable<Exchange> {
  const empty: { [K in keyof Exchange]: Exchange[K] | undefined } = {
    request,
    head: {},
    trace: undefined,
    startedMs: undefined,
    route: undefined,
    audit: undefined,
    deadline: undefined,
    principal: undefined,
    recheck: undefined,
    params: undefined,
    query: undefined,
    bytes: undefined,
    body: undefined,
    target: undefined,
    ticket: undefined,
    reply: undefined,
    answer: undefined,
  };
  // Rows see a field only below the row that adds it; the table's types prove that.
  return empty as Mutable<Exchange>;
}
