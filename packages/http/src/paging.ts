import { fail, ok, Problem, type Result } from "@signalbox/base";
import { type TInteger, type TObject, type TOptional, type TString, Type } from "typebox";

/** The query parameters of a paged list; mix its properties into the list's own query. */
export const PAGING_QUERY: TObject<{
  limit: TOptional<TInteger>;
  cursor: TOptional<TString>;
}> = Type.Object({
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: "Items a page; absent: all of them." }),
  ),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 512, description: "From the `next` link of a page." }),
  ),
});

/** What a list handler is asked for. */
export interface PageRequest {
  /** Absent: everything (compute-api §4.12). */
  readonly limit: number | undefined;
  /** The last item of the page before. */
  readonly after: string | undefined;
}

/** @throws Problem `invalid_request` when the cursor is not one of ours */
export function pageRequest(query: {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}): PageRequest {
  if (query.cursor === undefined) return { limit: query.limit, after: undefined };
  const after = decodeCursor(query.cursor);
  if (after.ok) return { limit: query.limit, after: after.value };
  const faults = [{ pointer: "/query/cursor", detail: after.error }];
  throw new Problem("invalid_request", `invalid path/query element: /query/cursor ${after.error}`, {
    faults,
  });
}

const VERSION = "1:";
const POSITION = /^[\x20-\x7e]{1,256}$/;

/** Hides the position of a page's last item, so that clients do not come to rely on its form. */
export function encodeCursor(position: string): string {
  return Buffer.from(`${VERSION}${position}`).toString("base64url");
}

export function decodeCursor(cursor: string): Result<string> {
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  const position = text.slice(VERSION.length);
  if (!text.startsWith(VERSION) || !POSITION.test(position)) return fail("is not a cursor");
  // Base64 decoding skips what it does not know; a cursor of ours has exactly one spelling.
  return encodeCursor(position) === cursor ? ok(position) : fail("is not a cursor");
}
