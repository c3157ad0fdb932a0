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

/** What the person at the terminal can do about it, where the daemon cannot know. */
const NEXT_STEP: Partial<Record<ProblemCode, string>> = {
  unauthenticated:
    "give a token with --token-file or SIGNALBOX_TOKEN (`signalbox token create` makes one)",
  forbidden: "another token may have the permission (--token-file, SIGNALBOX_TOKEN)",
  precondition_failed: "somebody changed it in between; run the command again",
  too_many_requests: "try again in a moment",
};

/** The Problem that a refusal's body speaks of (compute-api §4.6); any body will do. */
export function parseApiProblem(status: number, text: string): Problem {
  const body = parseObject(text);
  const code = isCode(body["code"]) ? body["code"] : (BY_STATUS[status] ?? "internal");
  const description = asText(body["error_description"]) ?? `the daemon answered ${status}`;
  const trace = asText(body["trace_id"]);
  const faults = faultsOf(body["errors"]);
  const lines = [description, ...faultLines(description, faults)];
  if (status >= 500 && trace !== undefined) lines.push(`  trace ${trace} in the daemon's log`);
  const next = NEXT_STEP[code];
  if (next !== undefined) lines.push(next);
  return new Problem(code, lines.join("\n"), { faults });
}

/** Where the fault of each member is, unless the description has said so already. */
function faultLines(description: string, faults: readonly FieldFault[]): readonly string[] {
  return faults
    .filter(({ pointer, detail }) => faults.length > 1 || !saysAll(description, pointer, detail))
    .map(({ pointer, detail }) => {
      if (pointer === "") return `  ${detail}`;
      return detail === description ? `  at ${pointer}` : `  ${pointer}: ${detail}`;
    });
}

function saysAll(description: string, pointer: string, detail: string): boolean {
  return description.includes(pointer) && description.includes(detail);
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
