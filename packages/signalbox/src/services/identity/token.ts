import { createHash, timingSafeEqual } from "node:crypto";
import { fail, ok, type Random, type Result } from "@signalbox/base";

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const TOKEN = /^sbx_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** A token as it is handed out, once, and what is kept of it. */
export interface NewToken {
  /** `sbx_ID_SECRET` */
  readonly text: string;
  /** Public: names the token in lists, logs and audit records, and finds its hash. */
  readonly id: string;
  readonly hash: string;
}

/** Makes a token with 256 random bits, so a plain hash of it needs no salt and no stretching. */
export function newToken(random: Random): NewToken {
  const id = random.bytes(ID_BYTES).toString("hex");
  const text = `sbx_${id}_${random.bytes(SECRET_BYTES).toString("base64url")}`;
  return { text, id, hash: hashToken(text) };
}

/** Lower-case hex SHA-256 of the whole token. */
export function hashToken(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The id inside a token's text. */
export function parseTokenId(text: string): Result<string> {
  const match = TOKEN.exec(text);
  return match?.[1] === undefined ? fail("not one of this daemon's tokens") : ok(match[1]);
}

/** Compares in a time that does not depend on where the hashes differ. */
export function hashesAreEqual(left: string, right: string): boolean {
  const a = Buffer.from(left, "hex");
  const b = Buffer.from(right, "hex");
  return a.length === b.length && timingSafeEqual(a, b);
}
