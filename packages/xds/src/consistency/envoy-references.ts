import { fromBinary, type Registry } from "@bufbuild/protobuf";
import { fail, ok, type Result } from "@signalbox/base";
import type { Resource } from "../resource/resource.ts";
import type { Reference, References } from "./check-consistency.ts";
import { MessageWalker } from "./message-walker.ts";
import { REFERENCE_RULES } from "./reference-rules.ts";

const RULES = new Map(REFERENCE_RULES.map((rule) => [rule.typeName, rule]));

/**
 * What Envoy's resources refer to: clusters to endpoints, routes, listeners and scopes to routes
 * and clusters, TLS contexts to secrets, filters to extensions; at any depth, also in extensions
 * that the registry knows. Other types of resources refer to nothing, unless the registry has
 * their messages.
 *
 * A resource is read once: its references are kept as long as the resource lives.
 *
 * @param registry `await loadRegistry()` of `@signalbox/envoy-api/json`
 */
export function envoyReferences(registry: Registry): References {
  const walker = new MessageWalker(registry, RULES.keys());
  const known = new WeakMap<Resource, Result<readonly Reference[]>>();
  return (resource) => {
    const present = known.get(resource) ?? read(resource, registry, walker);
    known.set(resource, present);
    return present;
  };
}

function read(
  { typeUrl, bytes }: Resource,
  registry: Registry,
  walker: MessageWalker,
): Result<readonly Reference[]> {
  const desc = registry.getMessage(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
  if (desc === undefined) return ok([]);
  const references: Reference[] = [];
  try {
    walker.walk(desc, fromBinary(desc, bytes), (message) => {
      references.push(...(RULES.get(message.$typeName)?.references(message) ?? []));
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : "the message cannot be read");
  }
  return ok(references);
}
