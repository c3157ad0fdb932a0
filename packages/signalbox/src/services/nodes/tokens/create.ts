import { Problem } from "@signalbox/base";
import { Type } from "typebox";
import { SERVER } from "../../../model/kinds.ts";
import { addressed } from "../../shared/addressed.ts";
import { answers } from "../../shared/answers.ts";
import { UUID } from "../../region/schemas/metadata-schema.ts";
import { requireNodeAccess } from "../nodes-services.ts";
import { JOIN_TOKEN_READ } from "../schemas/credential-schema.ts";
import { nodesOperation } from "../shared/nodes-operation.ts";
import { CREATE_JOIN_TOKENS } from "../shared/nodes-permissions.ts";

export const createJoinToken = nodesOperation({
  id: "createJoinToken",
  method: "POST",
  path: "/api/v2/servers/{serverID}/jointokens",
  summary: "Make a token with which the server's machine enrols",
  description:
    "Machines find one in their seed; this is for those that have none, or were off until their certificate had expired. An earlier token is good no more.",
  tag: "node access",
  permission: CREATE_JOIN_TOKENS,
  readPermission: { endpoint: "region:servers", verb: "read", scope: "project" },
  params: Type.Object({ serverID: UUID }),
  responses: answers(201, "The token.", JOIN_TOKEN_READ, 409),
  cacheControl: "no-store",
  idempotent: false,
  target: ({ params }, { store }) => addressed(store, SERVER, params.serverID, "servers"),
  handler: async ({ target }, services) => {
    const { joinTokens } = requireNodeAccess(services);
    if (joinTokens === undefined) throw new Problem("unavailable", "enrolment is off");
    const { token, expiresAt } = await joinTokens.mint(target);
    return { status: 201, body: { token, expiryTime: expiresAt } };
  },
});
