import { fail, ok, type Result } from "@signalbox/base";

/** What a machine is given to enrol with: a secret that works once, and whom to trust. */
export interface JoinCredential {
  /** 256 random bits, base64url. */
  readonly secret: string;
  /** Of the authority's certificate. */
  readonly pin: string;
}

const TEXT = /^([A-Za-z0-9_-]{43})\.([0-9a-f]{64})$/;

/** `SECRET.PIN` */
export function formatJoinToken({ secret, pin }: JoinCredential): string {
  return `${secret}.${pin}`;
}

/** Reads a join token; surrounding blanks are no part of it. */
export function parseJoinToken(text: string): Result<JoinCredential> {
  const [, secret, pin] = TEXT.exec(text.trim()) ?? [];
  if (secret === undefined || pin === undefined) return fail("not a join token");
  return ok({ secret, pin });
}
