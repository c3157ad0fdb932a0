const SECRET_KEY =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-forwarded-for|x-principal|ssl-client-.*|.*(password|passwd|secret|token|private_?key|api_?key|credential|user_?data).*)$/i;

/** What stands in a log line where a secret was. */
export const REDACTED = "[redacted]";

const MAX_DEPTH = 8;

/** True when a value under this key must never be written to a log. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

/** A copy of `value` in which everything under a secret key is blotted out, at any depth. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error || depth >= MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    copy[key] =
      isSecretKey(key) && item !== undefined && item !== null ? REDACTED : redact(item, depth + 1);
  }
  return copy;
}
