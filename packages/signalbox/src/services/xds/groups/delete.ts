import { assertIfMatch } from "@signalbox/http";
import type { Kind, Transaction } from "@signalbox/store";
import { XDS_GROUP, XDS_RESOURCE, XDS_REVISION } from "../../../model/kinds.ts";
import { answers } from "../../shared/answers.ts";
import { ACCEPTED } from "../../shared/resource-reply.ts";
import { XDS_GROUP_PATH } from "../schemas/path-schema.ts";
import { groupTarget } from "../shared/group-target.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsGroups } from "../shared/xds-permissions.ts";

export const deleteXdsGroup = xdsOperation({
  id: "deleteXdsGroup",
  method: "DELETE",
  path: "/api/v2/xds/groups/{groupID}",
  summary: "Delete an xDS group, its resources and its history",
  description: "Nodes that are connected keep what they were sent.",
  tag: "xDS groups",
  permission: xdsGroups("delete"),
  params: XDS_GROUP_PATH,
  responses: answers(202, "It is gone.", undefined, 412),
  target: groupTarget,
  handler: async ({ target, ifMatch, signal }, { store }) => {
    await store.transact(
      (tx) => {
        const present = tx.get(XDS_GROUP, target.id);
        if (present === undefined) return;
        assertIfMatch(ifMatch, present.revision);
        removeAll(tx, XDS_RESOURCE, present.id);
        removeAll(tx, XDS_REVISION, present.id);
        tx.delete(XDS_GROUP, present.id);
      },
      { signal },
    );
    return ACCEPTED;
  },
});

function removeAll<T>(tx: Transaction, kind: Kind<T>, groupId: string): void {
  const index = { name: "group", value: groupId };
  for (const { id } of tx.list(kind, { index }).items) tx.delete(kind, id);
}
