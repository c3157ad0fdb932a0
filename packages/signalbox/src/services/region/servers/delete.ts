import { assertIfMatch } from "@signalbox/http";
import { SERVER } from "../../../model/kinds.ts";
import { SERVER_PATH } from "../schemas/path-schema.ts";
import { answers } from "../shared/answers.ts";
import { servers } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { ACCEPTED } from "../shared/resource-reply.ts";
import { deletedMetadata } from "../shared/written-metadata.ts";
import { serverTarget } from "./server-target.ts";

export const deleteServer = regionOperation({
  id: "deleteServer",
  method: "DELETE",
  path: "/api/v2/servers/{serverID}",
  summary: "Delete a server and its disk",
  tag: "servers",
  permission: servers("delete"),
  params: SERVER_PATH,
  responses: answers(202, "It will go.", undefined, 412),
  target: serverTarget,
  handler: async ({ target, principal, ifMatch, signal }, services) => {
    await services.store.transact(
      (tx) => {
        const present = tx.get(SERVER, target.id);
        if (present === undefined || present.value.metadata.deletedAt !== undefined) return;
        assertIfMatch(ifMatch, present.revision);
        const metadata = deletedMetadata(present.value.metadata, principal, services);
        tx.update(SERVER, target.id, { ...present.value, metadata });
      },
      { signal },
    );
    return ACCEPTED;
  },
});
