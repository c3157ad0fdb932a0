import { SSH_CA_PATH } from "../schemas/path-schema.ts";
import { SSH_CA_READ } from "../schemas/ssh-certificate-authority-schema.ts";
import { answers } from "../../shared/answers.ts";
import { sshCertificateAuthorities } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { resourceReply } from "../../shared/resource-reply.ts";
import { sshCaReadModel } from "./ssh-ca-read-model.ts";
import { sshCaTarget } from "./ssh-ca-target.ts";

export const getSshCertificateAuthority = regionOperation({
  id: "getSshCertificateAuthority",
  method: "GET",
  path: "/api/v2/sshcertificateauthorities/{sshCertificateAuthorityID}",
  summary: "Read an SSH certificate authority",
  tag: "SSH certificate authorities",
  permission: sshCertificateAuthorities("read"),
  params: SSH_CA_PATH,
  responses: answers(200, "The authority.", SSH_CA_READ),
  target: sshCaTarget,
  handler: ({ target }) => resourceReply(200, target, sshCaReadModel),
});
