import { Problem } from "@signalbox/base";
import { allows, type Principal } from "@signalbox/http";
import type { Reader } from "@signalbox/store";
import { XDS_GROUP } from "../../../model/kinds.ts";
import { nodeClaims, type XdsNodes } from "../../../model/xds-group.ts";
import { xdsGroups } from "../shared/xds-permissions.ts";

/**
 * A node is served by one group. Who else has it is said to those who may see that group.
 *
 * @throws Problem `conflict`
 */
export function assertUnclaimed(
  reader: Reader,
  groupId: string,
  nodes: XdsNodes,
  principal: Principal,
): void {
  for (const claim of nodeClaims(nodes)) {
    const index = { name: "node", value: claim };
    const other = reader.list(XDS_GROUP, { index }).items.find(({ id }) => id !== groupId);
    if (other === undefined) continue;
    const { metadata } = other.value;
    const holder = allows(principal, xdsGroups("read"), metadata)
      ? `group ${metadata.name} (${other.id})`
      : "another group";
    throw new Problem("conflict", `node ${claim} is claimed by ${holder}`);
  }
}
