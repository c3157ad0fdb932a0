import { SERVER_PATH } from "../schemas/path-schema.ts";
import { SERVER_READ } from "../schemas/server-schema.ts";
import { answers } from "../../shared/answers.ts";
import { servers } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { resourceReply } from "../../shared/resource-reply.ts";
import { serverReadModel } from "./server-read-model.ts";
import { serverTarget } from "./server-target.ts";

export const getServer = regionOperation({
  id: "getServer",
  method: "GET",
  path: "/api/v2/servers/{serverID}",
  summary: "Read a server",
  tag: "servers",
  permission: servers("read"),
  params: SERVER_PATH,
  responses: answers(200, "The server.", SERVER_READ),
  target: serverTarget,
  handler: ({ target }) => resourceReply(200, target, serverReadModel),
});
