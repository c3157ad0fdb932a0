import { hashesAreEqual, hashToken, parseTokenId } from "./token.ts";
import { hasExpired, type TokenRecord } from "./token-record.ts";
import type { TokenSource } from "./token-source.ts";

/** What is kept of a token that holds now; undefined for every other text. */
export function verifyToken(
  tokens: TokenSource,
  text: string,
  nowMs: number,
): TokenRecord | undefined {
  const id = parseTokenId(text);
  const record = id.ok ? tokens.find(id.value) : undefined;
  if (record === undefined || !hashesAreEqual(record.hash, hashToken(text))) return undefined;
  return hasExpired(record, nowMs) ? undefined : record;
}
