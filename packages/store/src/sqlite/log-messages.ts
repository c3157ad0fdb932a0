import type { ProblemCode } from "@signalbox/base";

/**
 * What passes between the store and the thread that owns the file. Rows are tuples of plain
 * values: they are what a structured clone copies fastest.
 */
export type RowType = "created" | "updated" | "deleted";

/** One change as the log keeps it. */
export type LogRow = readonly [
  revision: number,
  type: RowType,
  kind: string,
  id: string,
  createdRevision: number,
  /** Revision of the row that this one supersedes. */
  previousRevision: number | null,
  /** The value in JSON; `null` when deleted. */
  text: string | null,
];

/** A change read back for a watch, with the row that it superseded. */
export type HistoryRow = readonly [row: LogRow, superseded: LogRow | null];

export interface LogState {
  readonly revision: number;
  readonly compactedRevision: number;
  readonly sizeBytes: number;
}

export interface HistoryPage {
  readonly compactedRevision: number;
  /** Whole revisions only. */
  readonly rows: readonly HistoryRow[];
}

/** The history that is kept, in order, summed up in stretches. */
export type HistoryStretch = readonly [lastRevision: number, length: number];

/** Every request to the thread, with its arguments and its answer. */
export interface LogOperations {
  open(directory: string): LogState & { readonly stretches: readonly HistoryStretch[] };
  /** The next rows of the present state; none when all were given. */
  loadNext(): readonly LogRow[];
  append(rows: readonly LogRow[]): LogState;
  history(after: number, maxRows: number): HistoryPage;
  compact(upTo: number): LogState;
  close(): void;
}

export type LogOperation = keyof LogOperations;

export interface LogRequest {
  readonly serial: number;
  readonly operation: LogOperation;
  readonly args: readonly unknown[];
}

/** A failure, taken apart because a class does not survive the way between threads. */
export interface LogFailure {
  readonly code: ProblemCode;
  readonly message: string;
  readonly cause: string;
}

export type LogReply =
  | { readonly serial: number; readonly answer: unknown }
  | { readonly serial: number; readonly failure: LogFailure };
