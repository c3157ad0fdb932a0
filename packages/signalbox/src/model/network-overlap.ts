import type { ConditionReason } from "./condition.ts";
import { parseIpv4Prefix, prefixesOverlap } from "./ipv4.ts";
import type { Network } from "./network.ts";

/** A message names no more networks than this. */
const NAMED = 5;

/**
 * The networks of `others` that share addresses with `network`, without itself and those that are
 * being deleted. Legitimate, since each is a layer-2 network of its own (compute-api §4.12).
 */
export function overlappingNetworks(
  network: Network,
  others: Iterable<Network>,
): readonly Network[] {
  const prefix = parseIpv4Prefix(network.spec.prefix);
  if (!prefix.ok) return [];
  const overlaps = (other: Network): boolean => {
    if (other.metadata.id === network.metadata.id || other.metadata.deletedAt !== undefined) {
      return false;
    }
    const parsed = parseIpv4Prefix(other.spec.prefix);
    return parsed.ok && prefixesOverlap(prefix.value, parsed.value);
  };
  return [...others].filter(overlaps);
}

/** What the `Warning` of a network says of those that overlap it; undefined when none do. */
export function overlapWarning(
  overlapping: readonly Network[],
): { readonly reason: ConditionReason; readonly message: string } | undefined {
  if (overlapping.length === 0) return undefined;
  const names = overlapping.map(({ metadata }) => metadata.name).sort();
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  const message = `its prefix shares addresses with other networks of the project, to which it cannot be routed: ${names.slice(0, NAMED).join(", ")}${more}`;
  return { reason: "Overlap", message };
}
