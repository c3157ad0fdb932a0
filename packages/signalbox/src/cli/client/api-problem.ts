import { type FieldFault, PROBLEM_CATALOGUE, Problem, type ProblemCode } from "@signalbox/base";

const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: "invalid_request",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  412: "precondition_failed",
  422: "unprocessable",
  429: "too_many_requests",
  503: "unavailable",
};

/** The Problem that a refusal's body speaks of (compute-api §4.6); any body will do. */
export function parseApiProblem(status: number, text: string): Problem {
  const body = parseObject(text);
  const code = isCode(body["code"]) ? body["code"] : (BY_STATUS[status] ?? "internal");
  const description = asText(body["error_description"]) ?? `the daemon answered ${status}`;
  const trace = asText(body["trace_id"]);
  const faults = faultsOf(body["errors"]);
  const lines = [description, ...faults.map(({ pointer, detail }) => `  ${pointer}: ${detail}`)];
  if (status >= 500 && trace !== undefined) lines.push(`  trace ${trace} in the daemon's log`);
  return new Problem(code, lines.join("\n"), { faults });
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isCode(value: unknown): value is ProblemCode {
  return typeof value === "string" && Object.hasOwn(PROBLEM_CATALOGUE, value);
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function faultsOf(value: unknown): readonly FieldFault[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (typeof item !== "object" || item === null) return [];
    const { pointer, detail } = item as Record<string, unknown>;
    return typeof pointer === "string" && typeof detail === "string" ? [{ pointer, detail }] : [];
  });
}
