import { jsonText } from "../json-text.ts";
import type { AdminAnswer } from "./admin-request.ts";

const TEXT = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json; charset=utf-8";

export function textAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): AdminAnswer {
  return { status, headers: { "content-type": TEXT, ...headers }, body };
}

export function jsonAnswer(value: unknown, status: number = 200): AdminAnswer {
  return { status, headers: { "content-type": JSON_TYPE }, body: jsonText(value) };
}

/** What is JSON text already. */
export function jsonTextAnswer(status: number, body: string): AdminAnswer {
  return { status, headers: { "content-type": JSON_TYPE }, body };
}

/** The contract's texts (ops §3). */
export const NOT_FOUND: AdminAnswer = textAnswer(404, "404 page not found\n");
export const FORBIDDEN: AdminAnswer = textAnswer(403, "forbidden\n");

export function methodNotAllowed(allowed: readonly string[]): AdminAnswer {
  return textAnswer(405, "Method Not Allowed\n", { allow: allowed.join(", ") });
}

export function unauthorized(realm: string): AdminAnswer {
  const challenge = `Basic realm="${realm.replace(/["\\]/g, "\\$&")}"`;
  return textAnswer(401, "unauthorized\n", { "www-authenticate": challenge });
}

export function tryLater(status: 409 | 429 | 503, text: string, retryAfterMs: number): AdminAnswer {
  return textAnswer(status, text, { "retry-after": String(Math.ceil(retryAfterMs / 1000)) });
}
