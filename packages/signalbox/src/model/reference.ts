import { fail, ok, type Result } from "@signalbox/base";

const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const MAX_SUBDOMAIN = 253;

/**
 * A reference by which another service keeps a network from being deleted: a qualified name such
 * as `filestorages.storage.example.org/ID` (compute-api §3.7).
 *
 * Clients of the reference system encode the path segment twice, because it was decoded twice
 * there; a name has no `%` of its own, so what is left of one is decoded here.
 */
export function parseReference(segment: string): Result<string> {
  const text = decoded(segment);
  const parts = text?.split("/") ?? [];
  const [subdomain = "", name = ""] = parts.length === 1 ? ["a", ...parts] : parts;
  const wellFormed =
    parts.length <= 2 &&
    subdomain.length <= MAX_SUBDOMAIN &&
    SUBDOMAIN.test(subdomain) &&
    NAME.test(name);
  if (text === undefined || !wellFormed) {
    return fail("must be a qualified name such as kind.group/id");
  }
  return ok(text);
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
