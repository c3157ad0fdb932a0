import { PROBLEM_SCHEMA, type ResponseSpec } from "@signalbox/http";
import type { TSchema } from "typebox";

// biome-ignore format: a table reads best with one row a line
const PROBLEMS: Readonly<Record<number, string>> = Object.freeze({
  400: "The request is malformed.",
  401: "Credentials are missing or not valid.",
  403: "The caller lacks the permission.",
  404: "There is no such resource, or the caller may not know of it.",
  409: "The present state does not allow this.",
  410: "The revision is no longer kept; list again.",
  412: "The resource has changed since it was read (If-Match).",
  413: "The body is too large.",
  415: "The body is not JSON.",
  422: "Well formed, but it cannot be carried out.",
  429: "Too many requests.",
  500: "An unexpected error; the log has its cause.",
  503: "Not now; try again later.",
});

/** What every authenticated operation may answer besides its own statuses. */
const COMMON = [400, 401, 403, 404, 429, 500, 503];

/**
 * The declared answers of an operation: its good one, what the pipeline may say to anybody, and
 * the further statuses that its handler uses.
 */
export function answers(
  status: number,
  description: string,
  schema?: TSchema,
  ...further: readonly number[]
): Readonly<Record<number, ResponseSpec>> {
  const good = schema === undefined ? { description } : { description, schema };
  return { [status]: good, ...problemAnswers(...further) };
}

/** The refusals alone, for what never succeeds. */
export function problemAnswers(
  ...further: readonly number[]
): Readonly<Record<number, ResponseSpec>> {
  const declared: Record<number, ResponseSpec> = {};
  for (const problem of [...COMMON, ...further]) {
    declared[problem] = {
      description: PROBLEMS[problem] ?? "The request failed.",
      schema: PROBLEM_SCHEMA,
    };
  }
  return declared;
}

/** Further statuses of operations with a body. */
export const WITH_BODY: readonly number[] = [413, 415];
