import { createHash, timingSafeEqual } from "node:crypto";
import type { Authenticator, AuthOutcome } from "./authenticator.ts";

/** A token that stands for a user; long and random, so it needs no slow hash. */
export interface BearerToken {
  readonly user: string;
  readonly token: string;
}

/** Takes `Authorization: Bearer TOKEN`. Tokens are kept as digests only. */
export function bearerAuthenticator(tokens: Iterable<BearerToken>): Authenticator {
  const rows = Array.from(tokens, ({ user, token }) => ({ user, digest: digestOf(token) }));
  return {
    authenticate: ({ authorization = "" }) => {
      const token = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
      return Promise.resolve(token === undefined ? { outcome: "absent" } : find(rows, token));
    },
  };
}

/** Every row is compared, in constant time each. */
function find(
  rows: readonly { readonly user: string; readonly digest: Buffer }[],
  token: string,
): AuthOutcome {
  const digest = digestOf(token);
  const [match] = rows.filter((row) => timingSafeEqual(row.digest, digest));
  return match === undefined ? { outcome: "refused" } : { outcome: "accepted", user: match.user };
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
