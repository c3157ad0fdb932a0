import { NETWORK } from "../../../model/kinds.ts";
import { provisioningStatus } from "../../../model/provisioning-status.ts";
import { REGIONAL_LIST_QUERY } from "../schemas/list-query-schema.ts";
import { NETWORKS_READ } from "../schemas/network-schema.ts";
import { answers } from "../../shared/answers.ts";
import { collectionReply } from "../../shared/collection-reply.ts";
import { networks } from "../shared/permissions.ts";
import { projectList } from "../../shared/project-list.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { networkReadModel } from "./network-read-model.ts";

const permission = networks("read");

export const listNetworks = regionOperation({
  id: "listNetworks",
  method: "GET",
  path: "/api/v2/networks",
  summary: "List or watch networks",
  tag: "networks",
  permission,
  query: REGIONAL_LIST_QUERY,
  responses: answers(200, "The networks that match, by id.", NETWORKS_READ, 410),
  handler: (request, services) => {
    const { query, principal } = request;
    const statusOf = ({ metadata }: { metadata: Parameters<typeof provisioningStatus>[0] }) =>
      provisioningStatus(metadata);
    const set = projectList(NETWORK, statusOf, query, principal, permission);
    return collectionReply(set, networkReadModel, request, services);
  },
});
