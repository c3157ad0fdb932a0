import type { Resource } from "../resource/resource.ts";
import { canonicalName, WILDCARD } from "../subscription/resource-name.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import type { SotwAnswer } from "../wire/answer.ts";
import type { Node } from "../wire/node.ts";
import { canBeWrapped } from "./client-features.ts";
import { exactResource } from "./exact-resource.ts";

/**
 * What a client that asks once is answered (xds §2.9): without names everything, with names those
 * of them that exist.
 *
 * @returns undefined while the table is unknown
 */
export function fetchAnswer(
  table: ResourceTable,
  node: Node,
  names: readonly string[],
): SotwAnswer | undefined {
  if (!table.isKnown) return undefined;
  return {
    typeUrl: table.typeUrl,
    versionInfo: table.version,
    resources: select(table, names),
    isWrapped: canBeWrapped(node),
    heartbeats: new Set(),
    errors: [],
  };
}

function select(table: ResourceTable, names: readonly string[]): readonly Resource[] {
  if (names.length === 0 || names.includes(WILDCARD)) return [...table.all()];
  const wanted = new Set(names.map(canonicalName));
  return [...wanted].flatMap((name) => exactResource(table, name) ?? []);
}
