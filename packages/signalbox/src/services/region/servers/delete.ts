import { SERVER } from "../../../model/kinds.ts";
import { SERVER_PATH } from "../schemas/path-schema.ts";
import { answers } from "../../shared/answers.ts";
import { servers } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { storeDeletion } from "../shared/store-deletion.ts";
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
  handler: (request, services) => storeDeletion(SERVER, request, services),
});
