import type { Problem } from "@signalbox/base";
import type { Answer, HeaderFields } from "../pipeline/exchange.ts";
import type { Leaving } from "../pipeline/row.ts";
import { ZERO_TRACE_ID } from "../steps/traceparent.ts";
import { originOf } from "../transport/origin.ts";
import { problemBody } from "./problem-body.ts";

/** The wait that is asked for when whoever raised the problem named none. */
const DEFAULT_RETRY_AFTER_MS = 1000;

/** The answer that a problem becomes (compute-api §4.6). */
export function problemAnswer(problem: Problem, exchange: Leaving<"request">): Answer {
  const { status } = problem.row;
  const headers: HeaderFields = {
    "content-type": "application/json",
    "cache-control": "no-cache",
    ...problem.headers,
  };
  const waitMs = retryAfterMs(problem);
  if (waitMs !== undefined) headers["retry-after"] = String(Math.ceil(waitMs / 1000));
  if (status === 401) headers["www-authenticate"] ??= challenge(problem, exchange);
  const body = problemBody(problem, exchange.trace?.traceId ?? ZERO_TRACE_ID);
  return { status, headers, body: JSON.stringify(body) };
}

function retryAfterMs(problem: Problem): number | undefined {
  if (problem.retryAfterMs !== undefined) return problem.retryAfterMs;
  return problem.row.retry === "later" ? DEFAULT_RETRY_AFTER_MS : undefined;
}

/** compute-api §4.4; unlike the reference, values are escaped. */
function challenge(problem: Problem, exchange: Leaving<"request">): string {
  const metadata = `${originOf(exchange.request.caller)}/.well-known/openid-protected-resource`;
  return [
    `Bearer error=${quoted(problem.row.error)}`,
    `error_description=${quoted(problem.message)}`,
    `resource_metadata=${quoted(metadata)}`,
  ].join(",");
}

/** A quoted-string of RFC 9110 §5.6.4, in plain ASCII. */
function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, "?").replace(/["\\]/g, "\\$&")}"`;
}
