import { fail, ok, type Result } from "@signalbox/base";
import { type Static, Type } from "typebox";
import { Check, Errors } from "typebox/schema";

/** What is kept of a token. The token itself is not. */
const TOKEN_RECORD = Type.Object(
  {
    id: Type.String({ pattern: "^[0-9a-f]{16}$" }),
    name: Type.String({ minLength: 1, maxLength: 128 }),
    hash: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    role: Type.String({ minLength: 1 }),
    organizationId: Type.Optional(Type.String()),
    projectId: Type.Optional(Type.String()),
    createdAt: Type.String(),
    /** RFC 3339; absent: never. */
    expiresAt: Type.Optional(Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T" })),
  },
  { additionalProperties: false },
);

const TOKEN_DOCUMENT = Type.Object(
  { version: Type.Literal(1), tokens: Type.Array(TOKEN_RECORD) },
  { additionalProperties: false },
);

export type TokenRecord = Readonly<Static<typeof TOKEN_RECORD>>;

/** Reads the token file's text. */
export function parseTokenDocument(text: string): Result<readonly TokenRecord[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("is not JSON");
  }
  if (!Check(TOKEN_DOCUMENT, value)) {
    const [, [error]] = Errors(TOKEN_DOCUMENT, value);
    return fail(`${error?.instancePath || "the document"} ${error?.message ?? "is not valid"}`);
  }
  const unreadable = value.tokens.find((t) => Number.isNaN(Date.parse(t.expiresAt ?? t.createdAt)));
  if (unreadable !== undefined) return fail(`token ${unreadable.id} has a time that is none`);
  return ok(value.tokens);
}

export function formatTokenDocument(tokens: readonly TokenRecord[]): string {
  return `${JSON.stringify({ version: 1, tokens }, null, 2)}\n`;
}

export function hasExpired(record: TokenRecord, nowMs: number): boolean {
  return record.expiresAt !== undefined && Date.parse(record.expiresAt) <= nowMs;
}
