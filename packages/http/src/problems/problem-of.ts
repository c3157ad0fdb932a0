import { CANCELLED, Problem, type ProblemCode } from "@signalbox/base";

/** Fastify's own refusals in our codes. */
const FASTIFY_CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "payload_too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported_media_type",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "invalid_request",
  FST_ERR_CTP_EMPTY_JSON_BODY: "invalid_request",
};

/** The one place where an unknown error becomes a Problem. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error === CANCELLED) return new Problem("unavailable", "the request was given up");
  const code = errorCode(error);
  const known = code === undefined ? undefined : FASTIFY_CODES[code];
  if (known !== undefined) return refused(known, error);
  // The body ended early: the caller has gone, or sends less than it announced.
  if (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE") {
    return refused("invalid_request", error);
  }
  return Problem.from(error);
}

function refused(code: ProblemCode, cause: unknown): Problem {
  const problem = new Problem(code, "", { cause });
  return new Problem(code, problem.row.title, { cause });
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
