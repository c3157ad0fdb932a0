import { fail, ok, type Result } from "@signalbox/base";

/** Decodes one percent-encoded element of a path or query. */
export function decodeElement(text: string): Result<string> {
  if (!text.includes("%")) return ok(text);
  try {
    return ok(decodeURIComponent(text));
  } catch {
    return fail("is not valid percent-encoded UTF-8");
  }
}
