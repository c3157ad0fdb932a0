import { answers } from "../../shared/answers.ts";
import { XDS_NODES_QUERY, XDS_NODES_READ } from "../schemas/node-schema.ts";
import { pagedReply } from "../shared/paged-reply.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsNodes } from "../shared/xds-permissions.ts";
import { createNodeFilter } from "./node-filter.ts";
import { nodeReadModel } from "./node-read-model.ts";

const permission = xdsNodes("read");

export const listXdsNodes = xdsOperation({
  id: "listXdsNodes",
  method: "GET",
  path: "/api/v2/xds/nodes",
  summary: "List the xDS nodes that are connected",
  description:
    "A row a stream: what it was sent, accepted and refused. Callers see the nodes of groups that they may read.",
  tag: "xDS nodes",
  permission,
  query: XDS_NODES_QUERY,
  responses: answers(200, "The streams, in the order in which they were opened.", XDS_NODES_READ),
  handler: ({ query, principal }, { store, xds }) => {
    const shownOf = createNodeFilter(query, principal, permission, store);
    const shown = xds.clients.connected().flatMap((client) => {
      const { node } = client.stream;
      const groupId = node === undefined ? "" : xds.clients.groupOf(node);
      const group = shownOf({ nodeId: node?.id ?? "", groupId });
      return group === undefined ? [] : [{ client, group }];
    });
    return pagedReply(
      shown,
      ({ client }) => String(client.stream.id).padStart(16, "0"),
      query,
      ({ client, group }) => nodeReadModel(client, group, query.resources === true),
    );
  },
});
