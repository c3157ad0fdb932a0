import { answers } from "../../shared/answers.ts";
import { resourceReply } from "../../shared/resource-reply.ts";
import { XDS_GROUP_READ } from "../schemas/group-schema.ts";
import { XDS_GROUP_PATH } from "../schemas/path-schema.ts";
import { groupTarget } from "../shared/group-target.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsGroups } from "../shared/xds-permissions.ts";
import { groupReadModel } from "./group-read-model.ts";

export const getXdsGroup = xdsOperation({
  id: "getXdsGroup",
  method: "GET",
  path: "/api/v2/xds/groups/{groupID}",
  summary: "Read an xDS group",
  tag: "xDS groups",
  permission: xdsGroups("read"),
  params: XDS_GROUP_PATH,
  responses: answers(200, "The group.", XDS_GROUP_READ),
  target: groupTarget,
  handler: ({ target }) => resourceReply(200, target, groupReadModel),
});
