import { answers } from "../../shared/answers.ts";
import { requireNodeAccess } from "../nodes-services.ts";
import { AUTHORITY_READ } from "../schemas/credential-schema.ts";
import { nodesOperation } from "../shared/nodes-operation.ts";
import { READ_AUTHORITY } from "../shared/nodes-permissions.ts";
import { authorityReadModel } from "./authority-read-model.ts";

export const getNodeAuthority = nodesOperation({
  id: "getNodeAuthority",
  method: "GET",
  path: "/api/v2/nodes/authority",
  summary: "Read the certificates of the node authority",
  tag: "node access",
  permission: READ_AUTHORITY,
  responses: answers(200, "The authority.", AUTHORITY_READ),
  handler: async (_request, services) => ({
    status: 200,
    body: authorityReadModel(await requireNodeAccess(services).state(), services.clock.now()),
  }),
});
