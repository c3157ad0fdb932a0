import { fail, ok, type Result } from "@signalbox/base";

/**
 * The token of an `Authorization` header: exactly two words separated by one space, the first
 * `bearer` in any case (compute-api §4.4).
 */
export function parseBearer(header: string): Result<string> {
  const words = header.split(" ");
  const [scheme, token] = words;
  if (words.length !== 2 || scheme?.toLowerCase() !== "bearer" || !token) {
    return fail("the authorization header must be: Bearer TOKEN");
  }
  return ok(token);
}
