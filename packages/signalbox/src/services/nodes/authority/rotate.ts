import { answers } from "../../shared/answers.ts";
import { requireNodeAccess } from "../nodes-services.ts";
import { AUTHORITY_READ } from "../schemas/credential-schema.ts";
import { nodesOperation } from "../shared/nodes-operation.ts";
import { UPDATE_AUTHORITY } from "../shared/nodes-permissions.ts";
import { authorityReadModel } from "./authority-read-model.ts";

export const rotateNodeAuthority = nodesOperation({
  id: "rotateNodeAuthority",
  method: "POST",
  path: "/api/v2/nodes/authority/rotate",
  summary: "Bring in the next root of the node authority",
  description:
    "It is trusted at once, signs when every machine has heard of it, and replaces the present one when nothing that it signed is left.",
  tag: "node access",
  permission: UPDATE_AUTHORITY,
  responses: answers(200, "The authority, with its next root.", AUTHORITY_READ, 409),
  handler: async (_request, services) => {
    const access = requireNodeAccess(services);
    await access.rotate();
    return { status: 200, body: authorityReadModel(await access.state(), services.clock.now()) };
  },
});
