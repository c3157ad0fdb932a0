import { fail, ok, type Result } from "@signalbox/base";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** `__proto__` in any of its JSON spellings; an escape is enough to look closer. */
const SUSPICIOUS = /__proto__|\\u005f/i;

/** Reads JSON bytes. Members named `__proto__` are dropped: no schema of ours has one. */
export function parseJsonBody(bytes: Buffer): Result<unknown> {
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    return fail("the body is not UTF-8");
  }
  try {
    return ok(JSON.parse(text, SUSPICIOUS.test(text) ? dropPrototype : undefined));
  } catch {
    return fail("the body is not JSON");
  }
}

function dropPrototype(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}
