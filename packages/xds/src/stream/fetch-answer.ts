import type { Resource } from "../resource/resource.ts";
import { Interest } from "../subscription/interest.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import { SetDigest } from "../table/set-digest.ts";
import type { SotwAnswer } from "../wire/answer.ts";
import type { Node } from "../wire/node.ts";
import { canBeWrapped } from "./client-features.ts";
import { coveredResources } from "./covered-resources.ts";

/**
 * What a client that asks once is answered (xds §2.9): without names everything, with names those
 * of them that exist. Its version is that of what it lists, so that a client that asks for more
 * names has not got them already, and one that polls is not told of changes elsewhere.
 *
 * @returns undefined while the table is unknown
 */
export function fetchAnswer(
  table: ResourceTable,
  node: Node,
  names: readonly string[],
): SotwAnswer | undefined {
  if (!table.isKnown) return undefined;
  const interest = Interest.once(names);
  const resources = [...coveredResources(table, interest)];
  return {
    typeUrl: table.typeUrl,
    versionInfo: interest.isWildcard ? table.version : (table.givenVersion ?? versionOf(resources)),
    resources,
    isWrapped: canBeWrapped(node),
    heartbeats: new Set(),
    errors: [],
  };
}

function versionOf(resources: readonly Resource[]): string {
  return new SetDigest().toggled(resources.map(({ version }) => version)).toString();
}
