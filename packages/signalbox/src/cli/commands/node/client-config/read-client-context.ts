import { fail, ok, type Result } from "@signalbox/base";
import { Type } from "typebox";
import { Compile } from "typebox/schema";
import { parse } from "yaml";
import type { ClientContext } from "./client-config.ts";

const TEXTS = Type.Array(Type.String());
const CONTEXT = Type.Object({
  endpoints: TEXTS,
  nodes: Type.Optional(TEXTS),
  ca: Type.String(),
  crt: Type.String(),
  key: Type.String(),
});
const validator = Compile(CONTEXT);

/**
 * Reads one context of a client configuration (node-api §4.3); what it says beside ours is left
 * alone.
 *
 * @param name default: the one that the file chooses
 */
export function readClientContext(text: string, name: string | undefined): Result<ClientContext> {
  let file: unknown;
  try {
    file = parse(text);
  } catch {
    return fail("it is not YAML");
  }
  const { context: chosen, contexts } = asObject(file);
  const wanted = name ?? chosen;
  if (typeof wanted !== "string") return fail("it chooses no context; give one with --context");
  const all = asObject(contexts);
  const context = Object.hasOwn(all, wanted) ? all[wanted] : undefined;
  if (context === undefined) return fail(`it has no context ${JSON.stringify(wanted)}`);
  if (!validator.Check(context)) {
    return fail(`its context ${JSON.stringify(wanted)} needs endpoints, ca, crt and key`);
  }
  const { endpoints, nodes = [], ca, crt, key } = context;
  return ok({
    endpoints,
    nodes,
    ca: fromBase64(ca),
    certificate: fromBase64(crt),
    // The header that some clients write; the bytes are PKCS#8 either way.
    key: fromBase64(key).replaceAll("ED25519 PRIVATE KEY", "PRIVATE KEY"),
  });
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString();
}
