import { Problem, type Result } from "@signalbox/base";

/** The value of a parse; a failure is a 400 that names the field. */
export function valid<T>(result: Result<T>, pointer: string): T {
  if (result.ok) return result.value;
  throw new Problem("invalid_request", `${pointer} ${result.error}`, {
    faults: [{ pointer, detail: result.error }],
  });
}

/** The value of a rule; a failure is a 422 that names the field. */
export function feasible<T>(result: Result<T>, pointer: string): T {
  if (result.ok) return result.value;
  throw unprocessable(result.error, pointer);
}

export function unprocessable(detail: string, pointer: string): Problem {
  return new Problem("unprocessable", detail, { faults: [{ pointer, detail }] });
}

/** What is asked for is on its way out. */
export function beingDeleted(what: string): Problem {
  return new Problem("being_deleted", `the ${what} is being deleted`);
}
