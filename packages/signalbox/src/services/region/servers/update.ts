import { SERVER } from "../../../model/kinds.ts";
import { SERVER_PATH } from "../schemas/path-schema.ts";
import { SERVER_READ, SERVER_UPDATE } from "../schemas/server-schema.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { servers } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { resourceReply } from "../../shared/resource-reply.ts";
import { storeUpdate } from "../shared/store-update.ts";
import { evaluateUpdate } from "./evaluate-update.ts";
import { serverReadModel } from "./server-read-model.ts";
import { serverTarget } from "./server-target.ts";

export const updateServer = regionOperation({
  id: "updateServer",
  method: "PUT",
  path: "/api/v2/servers/{serverID}",
  summary: "Replace what may change of a server",
  description: "Another image rebuilds the server: its disk is lost, its addresses stay.",
  tag: "servers",
  permission: servers("update"),
  params: SERVER_PATH,
  body: SERVER_UPDATE,
  responses: answers(202, "The server as it will be.", SERVER_READ, 409, 412, 422, ...WITH_BODY),
  target: serverTarget,
  handler: async (request, services) => {
    const { body, principal } = request;
    const updated = await storeUpdate(SERVER, request, services, (present, tx) =>
      evaluateUpdate(tx, present, body, principal, services.catalogue),
    );
    return resourceReply(202, updated, serverReadModel);
  },
});
