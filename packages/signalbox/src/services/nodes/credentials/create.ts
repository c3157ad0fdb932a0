import { Problem } from "@signalbox/base";
import { allows, type Principal } from "@signalbox/http";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { assertProjectExists } from "../../shared/project-exists.ts";
import { type NodesServices, requireNodeAccess } from "../nodes-services.ts";
import { CREDENTIAL_CREATE, CREDENTIAL_READ } from "../schemas/credential-schema.ts";
import { nodesOperation } from "../shared/nodes-operation.ts";
import { CREATE_CREDENTIALS } from "../shared/nodes-permissions.ts";
import { lifetimeText } from "./lifetime-text.ts";

interface Project {
  readonly organizationId: string;
  readonly projectId: string;
}

export const createNodeCredential = nodesOperation({
  id: "createNodeCredential",
  method: "POST",
  path: "/api/v2/nodes/credentials",
  summary: "Certify a person's key for the node API",
  description:
    "The key stays with whoever made it. A certificate cannot be called back; it ends when it expires.",
  tag: "node access",
  permission: CREATE_CREDENTIALS,
  body: CREDENTIAL_CREATE,
  responses: answers(201, "The certificate.", CREDENTIAL_READ, 422, ...WITH_BODY),
  cacheControl: "no-store",
  handler: async ({ body, principal }, services) => {
    const access = requireNodeAccess(services);
    const project = projectOf(body);
    assertMayReach(principal, project, services);
    const issued = await access.certify({
      request: body.request,
      commonName: body.name ?? principal.subject,
      roles: [...new Set(body.roles)].sort(),
      project,
      validMs: validMs(body.validSeconds, access.maxValidMs),
    });
    return {
      status: 201,
      body: {
        certificate: issued.certificatePem,
        authority: issued.caPem,
        serial: issued.serial,
        expiryTime: new Date(issued.notAfter).toISOString(),
        endpoints: access.endpoints,
      },
      audited: { type: "nodecredentials", id: issued.serial, tenancy: project ?? {} },
    };
  },
});

/** @throws Problem `unprocessable` for one of the two alone: nobody means all projects by it */
function projectOf(body: Partial<Project>): Project | undefined {
  const { organizationId, projectId } = body;
  if (organizationId === undefined && projectId === undefined) return undefined;
  if (organizationId !== undefined && projectId !== undefined) return { organizationId, projectId };
  throw new Problem("unprocessable", "organizationId and projectId go together");
}

/** @throws Problem `forbidden`, `not_found` */
function assertMayReach(
  principal: Principal,
  project: Project | undefined,
  { catalogue }: NodesServices,
): void {
  if (!allows(principal, CREATE_CREDENTIALS, project ?? {})) {
    const where = project === undefined ? "the machines of all projects: name one" : "this project";
    throw new Problem("forbidden", `the caller may not give access to ${where}`);
  }
  if (project === undefined) return;
  assertProjectExists(principal, CREATE_CREDENTIALS, project, catalogue);
}

function validMs(seconds: number | undefined, maxMs: number): number {
  if (seconds === undefined) return maxMs;
  if (seconds * 1000 <= maxMs) return seconds * 1000;
  const most = Math.floor(maxMs / 1000);
  const text = `validSeconds: the daemon gives at most ${most}, or ${lifetimeText(most)}`;
  throw new Problem("unprocessable", text);
}
