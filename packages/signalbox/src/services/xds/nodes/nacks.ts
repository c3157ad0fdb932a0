import { answers } from "../../shared/answers.ts";
import { XDS_NACKS_QUERY, XDS_NACKS_READ } from "../schemas/node-schema.ts";
import { typeLabel } from "../shared/resource-type.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsNodes } from "../shared/xds-permissions.ts";
import { createNodeFilter } from "./node-filter.ts";

const permission = xdsNodes("read");

export const listXdsNacks = xdsOperation({
  id: "listXdsNacks",
  method: "GET",
  path: "/api/v2/xds/nacks",
  summary: "List what xDS nodes refused, and why",
  description: "The last ones since the daemon started; the log has them all.",
  tag: "xDS nodes",
  permission,
  query: XDS_NACKS_QUERY,
  responses: answers(200, "The refusals, newest first.", XDS_NACKS_READ),
  handler: ({ query, principal }, { store, xds }) => {
    const shownOf = createNodeFilter(query, principal, permission, store);
    const body = xds.clients.refusals().flatMap((refusal) => {
      const shown = shownOf(refusal);
      if (shown === undefined) return [];
      const { nodeId, streamId, typeUrl, resources, version, at, code, message } = refusal;
      const time = new Date(at).toISOString();
      const type = typeLabel(typeUrl);
      return [
        { nodeId, ...shown, streamId, type, typeUrl, resources, version, time, code, message },
      ];
    });
    return { status: 200, body: body.toReversed() };
  },
});
