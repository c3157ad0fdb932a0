import { fail, ok, type Result } from "@signalbox/base";
import { Document, isMap, parseDocument } from "yaml";

/** One context of a client configuration (node-api §4.3); the three texts are PEM. */
export interface ClientContext {
  /** `host:port`; without a port it is 50000. */
  readonly endpoints: readonly string[];
  /** Machines that commands mean when none is named. */
  readonly nodes: readonly string[];
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** The text of a configuration with one context, which is the chosen one. */
export function newClientConfig(name: string, context: ClientContext): string {
  const document = new Document({});
  return withContext(document, name, context);
}

/**
 * Puts a context into a configuration and chooses it; one of the same name is replaced. What else
 * stands there stays, comments included.
 */
export function addToClientConfig(
  text: string,
  name: string,
  context: ClientContext,
): Result<string> {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) return fail(`it is not YAML: ${error.message.split("\n")[0]}`);
  if (document.contents === null) return ok(newClientConfig(name, context));
  const contexts = document.get("contexts");
  if (
    !isMap(document.contents) ||
    (contexts !== undefined && contexts !== null && !isMap(contexts))
  ) {
    return fail("it is not a client configuration");
  }
  return ok(withContext(document, name, context));
}

function withContext(document: Document, name: string, context: ClientContext): string {
  const { endpoints, nodes, ca, certificate, key } = context;
  document.set("context", name);
  if (!isMap(document.get("contexts"))) document.set("contexts", document.createNode({}));
  const value = {
    endpoints,
    ...(nodes.length === 0 ? {} : { nodes }),
    ca: base64(ca),
    crt: base64(certificate),
    key: base64(key),
  };
  document.setIn(["contexts", name], document.createNode(value));
  return document.toString({ lineWidth: 0 });
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
