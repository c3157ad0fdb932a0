import type { Static } from "typebox";
import type { ClusterLoad, LoadReport } from "../../../traffic/load-log.ts";
import { answers } from "../../shared/answers.ts";
import { XDS_LOADS_QUERY, XDS_LOADS_READ, type XDS_LOAD_READ } from "../schemas/node-schema.ts";
import { pagedReply } from "../shared/paged-reply.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsNodes } from "../shared/xds-permissions.ts";
import { createNodeFilter, type ShownGroup } from "./node-filter.ts";

const permission = xdsNodes("read");

export const listXdsLoads = xdsOperation({
  id: "listXdsLoads",
  method: "GET",
  path: "/api/v2/xds/loads",
  summary: "List the load that xDS nodes report",
  description: "The last report of each node that is connected, a row a cluster.",
  tag: "xDS nodes",
  permission,
  query: XDS_LOADS_QUERY,
  responses: answers(200, "The rows, by stream and cluster.", XDS_LOADS_READ),
  handler: ({ query, principal }, { store, xds }) => {
    const shownOf = createNodeFilter(query, principal, permission, store);
    const rows = xds.clients.loads().flatMap((report) => {
      const { node, clusters } = report;
      const shown = shownOf({ nodeId: node.id, groupId: xds.clients.groupOf(node) });
      if (shown === undefined) return [];
      return clusters.map((load) => ({ key: keyOf(report, load), report, load, shown }));
    });
    return pagedReply(
      rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      ({ key }) => key,
      query,
      ({ report, load, shown }) => loadRead(report, load, shown),
    );
  },
});

function keyOf({ streamId }: LoadReport, { cluster, service }: ClusterLoad): string {
  return JSON.stringify([String(streamId).padStart(16, "0"), cluster, service]);
}

function loadRead(
  { at, streamId, node }: LoadReport,
  { service, ...counts }: ClusterLoad,
  shown: { readonly group?: ShownGroup },
): Static<typeof XDS_LOAD_READ> {
  return {
    nodeId: node.id,
    ...shown,
    streamId,
    time: new Date(at).toISOString(),
    ...(service === "" ? {} : { service }),
    ...counts,
  };
}
