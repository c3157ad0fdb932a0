import type { Problem, ProblemCode } from "@signalbox/base";
import type { Answer, ArrivalField, Exchange, Field, Outcome } from "./exchange.ts";
import type { RouteSet } from "./route-set.ts";

/** What a step hands back: the fields that its row adds, or nothing when it adds none. */
export type Added<Adds extends Field> = [Adds] extends [never] ? void : Pick<Exchange, Adds>;

/** The work of one row. It throws a Problem to refuse the request. */
export type Step<Needs extends Field, Adds extends Field> = (
  exchange: Pick<Exchange, Needs>,
) => Added<Adds> | Promise<Added<Adds>>;

/** What a row may look at on the way out: its own fields, and what later rows got to. */
export type Leaving<Known extends Field> = Pick<Exchange, Known> & Partial<Exchange>;

/** What a row does, on the way in and on the way out. */
export interface Work<Needs extends Field, Adds extends Field = never> {
  readonly enter?: Step<Needs, Adds>;
  /** Before the answer goes, last row first; only for rows that the request has entered. */
  readonly leave?: (exchange: Leaving<Needs | Adds>, outcome: Outcome) => void | Promise<void>;
  /** When the answer has gone or the connection is lost, last row first. */
  readonly done?: (exchange: Leaving<Needs | Adds>, outcome: Outcome) => void;
  /** Turns whatever a later row throws into an answer; only the first row has it. */
  readonly rescue?: (error: unknown, exchange: Leaving<ArrivalField>) => Rescued;
}

/** One row of the pipeline. */
export interface Row<Needs extends Field, Adds extends Field> extends Work<Needs, Adds> {
  readonly name: string;
  /** Which requests pass through it. */
  readonly routes: RouteSet;
  readonly needs: readonly Needs[];
  readonly adds: readonly Adds[];
  /** The problems by which a request may leave here. */
  readonly fails: readonly ProblemCode[];
  /** The row where the web server reads the body; everything above it runs before. */
  readonly readsBody?: true;
}

export interface Rescued {
  readonly answer: Answer;
  readonly problem: Problem;
}

/** A row whose place in the order has been checked. */
export type PlacedRow = Row<Field, Field>;

/** Rows in running order, and the fields that are known below the last of them. */
export interface Pipeline<Known extends Field> {
  readonly rows: readonly PlacedRow[];
  /** Adds a row at the end; it compiles only when what it needs is known by now. */
  row<const Needs extends Known, const Adds extends Field = never>(
    row: Row<Needs, Adds>,
  ): Pipeline<Known | Adds>;
}

export function startPipeline(): Pipeline<ArrivalField> {
  return extend<ArrivalField>([]);
}

function extend<Known extends Field>(rows: readonly PlacedRow[]): Pipeline<Known> {
  return Object.freeze({
    rows,
    row: <Needs extends Known, Adds extends Field>(row: Row<Needs, Adds>) =>
      // The signature of `row` has just proved that the fields are there when this one runs.
      extend<Known | Adds>([...rows, row as unknown as PlacedRow]),
  });
}
