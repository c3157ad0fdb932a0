import { NETWORK_READ } from "../schemas/network-schema.ts";
import { NETWORK_PATH } from "../schemas/path-schema.ts";
import { answers } from "../../shared/answers.ts";
import { networks } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { resourceReply } from "../../shared/resource-reply.ts";
import { networkReadModel } from "./network-read-model.ts";
import { networkTarget } from "./network-target.ts";

export const getNetwork = regionOperation({
  id: "getNetwork",
  method: "GET",
  path: "/api/v2/networks/{networkID}",
  summary: "Read a network",
  tag: "networks",
  permission: networks("read"),
  params: NETWORK_PATH,
  responses: answers(200, "The network.", NETWORK_READ),
  target: networkTarget,
  handler: ({ target }) => resourceReply(200, target, networkReadModel),
});
