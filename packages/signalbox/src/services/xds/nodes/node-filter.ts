import { allows, type Permission, type Principal } from "@signalbox/http";
import type { Reader } from "@signalbox/store";
import { XDS_GROUP } from "../../../model/kinds.ts";

/** A group as nodes show theirs. */
export interface ShownGroup {
  readonly id: string;
  readonly name: string;
}

interface NodeQuery {
  readonly nodeID?: readonly string[];
  readonly groupID?: readonly string[];
}

/**
 * Decides which nodes a caller sees, and what of their group: those of groups that it may read.
 * A node of no group is the operator's alone.
 *
 * @returns undefined where the node is not to be shown
 */
export function createNodeFilter(
  query: NodeQuery,
  principal: Principal,
  permission: Permission,
  reader: Reader,
): (node: {
  readonly nodeId: string;
  readonly groupId: string;
}) => { readonly group?: ShownGroup } | undefined {
  return ({ nodeId, groupId }) => {
    if (query.nodeID !== undefined && !query.nodeID.includes(nodeId)) return undefined;
    if (query.groupID !== undefined && !query.groupID.includes(groupId)) return undefined;
    const metadata = reader.get(XDS_GROUP, groupId)?.value.metadata;
    if (!allows(principal, permission, metadata ?? {})) return undefined;
    return metadata === undefined ? {} : { group: { id: groupId, name: metadata.name } };
  };
}
