import { fail, ok, type Result } from "@signalbox/base";
import { type MimeMultipart, parseMimeMultipart } from "./mime-multipart.ts";

/** What cloud-init will take a payload for (compute-api §3.3). */
export type UserData =
  | { readonly kind: "absent" }
  | { readonly kind: "gzip" }
  | { readonly kind: "single"; readonly mimeType: string }
  | { readonly kind: "multipart"; readonly multipart: MimeMultipart };

/** Decoded size; about what clouds commonly take. */
export const MAX_USER_DATA_BYTES = 65_536;

/** As cloud-init names them. First match wins, so the longer of two prefixes stands first. */
// biome-ignore format: a table reads best with one row a line
const FIRST_LINES: readonly (readonly [prefix: string, mimeType: string])[] = [
  ["#cloud-config-archive", "text/cloud-config-archive"],
  ["#cloud-config-jsonp",   "text/cloud-config-jsonp"],
  ["#cloud-config",         "text/cloud-config"],
  ["#cloud-boothook",       "text/cloud-boothook"],
  ["#include-once",         "text/x-include-once-url"],
  ["#include",              "text/x-include-url"],
  ["#part-handler",         "text/part-handler"],
  ["## template: jinja",    "text/jinja2"],
  ["#!",                    "text/x-shellscript"],
];
const REFUSED = "userData is not something that cloud-init accepts";

/** Recognises a payload by its first line or its MIME headers. Nothing of it is echoed. */
export function recogniseUserData(bytes: Buffer | undefined): Result<UserData> {
  if (bytes === undefined || bytes.length === 0) return ok({ kind: "absent" });
  if (bytes.length > MAX_USER_DATA_BYTES) {
    return fail(`userData is larger than ${MAX_USER_DATA_BYTES} bytes`);
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return ok({ kind: "gzip" });
  const mimeType = mimeTypeOf(bytes);
  if (mimeType !== undefined) return ok({ kind: "single", mimeType });
  const multipart = parseMimeMultipart(bytes);
  if (multipart === undefined) return fail(`${REFUSED}: unsupported userData format`);
  if (!multipart.ok) return fail(`${REFUSED}: unsupported userData format, ${multipart.error}`);
  return ok({ kind: "multipart", multipart: multipart.value });
}

/** As above; what cannot be merged with the SSH authority's part is refused when there is one. */
export function checkUserData(
  bytes: Buffer | undefined,
  withSshAuthority: boolean,
): Result<UserData> {
  const recognised = recogniseUserData(bytes);
  if (recognised.ok && recognised.value.kind === "gzip" && withSshAuthority) {
    return fail(
      `${REFUSED} here: unsupported userData format, compressed data cannot be combined with an SSH certificate authority`,
    );
  }
  return recognised;
}

function mimeTypeOf(bytes: Buffer): string | undefined {
  const newline = bytes.indexOf(0x0a);
  const line = bytes
    .subarray(0, newline < 0 ? bytes.length : newline)
    .toString("latin1")
    .trim();
  return FIRST_LINES.find(([prefix]) => line.startsWith(prefix))?.[1];
}
