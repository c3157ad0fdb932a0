import { type CatalogueRow, PROBLEM_CATALOGUE, type ProblemCode } from "./problem-catalogue.ts";

/** One fault of one field, addressed by a JSON pointer into the body or `/query/x`, `/path/x`. */
export interface FieldFault {
  readonly pointer: string;
  readonly detail: string;
}

/** What a problem has besides its code and message. */
export interface ProblemOptions {
  /** What went wrong inside; goes to the log, never to the wire. */
  readonly cause?: unknown;
  /** Every fault of the caller's input that is known, not the first alone. */
  readonly faults?: readonly FieldFault[];
  /** When it may be worth another try; becomes `Retry-After`, in whole seconds. */
  readonly retryAfterMs?: number;
  /** Extra HTTP headers of the answer, lower case (`www-authenticate`, `allow`). */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The one error class. `code` is what programs act on, `message` is written for the person who
 * reads it and may go to the wire; whatever must stay inside goes into `cause`.
 *
 * @example
 * ```ts
 * throw new Problem("in_use", "the network is used by 2 servers; delete them first");
 * ```
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly faults: readonly FieldFault[];
  readonly retryAfterMs: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.faults = options.faults ?? [];
    this.retryAfterMs = options.retryAfterMs;
    this.headers = options.headers ?? {};
  }

  /** The catalogue's row: HTTP status, contract error, gRPC status. */
  get row(): CatalogueRow {
    return PROBLEM_CATALOGUE[this.code];
  }

  /**
   * The single funnel for unknown errors: a Problem stays what it is, all else becomes `internal`
   * with the original as its cause.
   */
  static from(error: unknown): Problem {
    if (error instanceof Problem) return error;
    return new Problem("internal", "an unexpected error; the log has its cause", { cause: error });
  }

  /** True when `error` is a Problem with one of `codes`. */
  static is(error: unknown, ...codes: readonly ProblemCode[]): error is Problem {
    return error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
  }
}
