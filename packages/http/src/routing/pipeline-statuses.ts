import type { Method, Operation } from "../operation.ts";

type Facts = Pick<Operation<never>, "method" | "permission" | "body" | "target" | "idempotent">;

/** Any request may be malformed, be refused by a limit, fail, or come while the server stops. */
const ALWAYS = [400, 414, 429, 500, 503];

/**
 * The statuses that the pipeline may answer in an operation's stead. They are part of every
 * operation's contract, so the OpenAPI document lists them and the response check allows them.
 */
export function pipelineStatuses(operation: Facts): ReadonlySet<number> {
  const statuses = new Set(ALWAYS);
  const add = (isPossible: boolean, ...more: readonly number[]): void => {
    if (isPossible) for (const status of more) statuses.add(status);
  };
  add(operation.permission !== "open", 401, 403);
  add(operation.method === "GET", 304);
  add(operation.method !== "GET", 408, 413);
  add(operation.body !== undefined, 415);
  add(operation.target !== undefined, 404);
  add(isIdempotent(operation), 409);
  return statuses;
}

/** Default: what creates or acts, and would do so twice. */
export function isIdempotent(operation: {
  readonly method: Method;
  readonly idempotent?: boolean;
}): boolean {
  return operation.idempotent ?? operation.method === "POST";
}
