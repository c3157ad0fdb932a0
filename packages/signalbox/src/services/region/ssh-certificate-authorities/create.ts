import { createResource } from "@signalbox/store";
import { SSH_CA } from "../../../model/kinds.ts";
import { parseSshPublicKey } from "../../../model/ssh-public-key.ts";
import { newResourceId } from "../../../model/uuid.ts";
import { SSH_CA_CREATE, SSH_CA_READ } from "../schemas/ssh-certificate-authority-schema.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { intoProject } from "../../shared/into-project.ts";
import { feasible } from "../../shared/invalid.ts";
import { sshCertificateAuthorities } from "../shared/permissions.ts";
import { assertProjectExists } from "../../shared/project-exists.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { createdReply } from "../../shared/resource-reply.ts";
import { createdMetadata } from "../../shared/written-metadata.ts";
import { sshCaReadModel } from "./ssh-ca-read-model.ts";

const permission = sshCertificateAuthorities("create");

export const createSshCertificateAuthority = regionOperation({
  id: "createSshCertificateAuthority",
  method: "POST",
  path: "/api/v2/sshcertificateauthorities",
  summary: "Register an SSH certificate authority",
  tag: "SSH certificate authorities",
  permission,
  body: SSH_CA_CREATE,
  responses: answers(201, "The authority.", SSH_CA_READ, 422, ...WITH_BODY),
  target: ({ body }) => intoProject(body.spec, "sshcertificateauthorities"),
  handler: async ({ body, principal, signal }, services) => {
    const { organizationId, projectId } = body.spec;
    assertProjectExists(principal, permission, { organizationId, projectId }, services.catalogue);
    const publicKey = feasible(parseSshPublicKey(body.spec.publicKey), "/spec/publicKey");
    const id = newResourceId(services.random);
    // No part has to clean up after it, so a deletion takes it away at once.
    const metadata = {
      ...createdMetadata(body.metadata, { id, finalizers: [] }, principal, services),
      organizationId,
      projectId,
    };
    const value = { metadata, spec: { publicKey } };
    const created = await createResource(services.store, SSH_CA, id, value, { signal });
    return createdReply("sshcertificateauthorities", created, sshCaReadModel);
  },
});
