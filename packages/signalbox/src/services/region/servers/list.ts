import { SERVER } from "../../../model/kinds.ts";
import { serverProvisioningStatus } from "../../../model/provisioning-status.ts";
import { NETWORK_BOUND_LIST_QUERY } from "../schemas/list-query-schema.ts";
import { SERVERS_READ } from "../schemas/server-schema.ts";
import { answers } from "../../shared/answers.ts";
import { collectionReply } from "../../shared/collection-reply.ts";
import { servers } from "../shared/permissions.ts";
import { projectList } from "../../shared/project-list.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { serverReadModel } from "./server-read-model.ts";

const permission = servers("read");

export const listServers = regionOperation({
  id: "listServers",
  method: "GET",
  path: "/api/v2/servers",
  summary: "List or watch servers",
  tag: "servers",
  permission,
  query: NETWORK_BOUND_LIST_QUERY,
  responses: answers(200, "The servers that match, by id.", SERVERS_READ, 410),
  handler: (request, services) => {
    const { query, principal } = request;
    const set = projectList(SERVER, serverProvisioningStatus, query, principal, permission);
    return collectionReply(set, serverReadModel, request, services);
  },
});
