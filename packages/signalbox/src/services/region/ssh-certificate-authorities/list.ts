import { SSH_CA } from "../../../model/kinds.ts";
import { PROJECT_LIST_QUERY } from "../schemas/list-query-schema.ts";
import { SSH_CAS_READ } from "../schemas/ssh-certificate-authority-schema.ts";
import { answers } from "../../shared/answers.ts";
import { collectionReply } from "../../shared/collection-reply.ts";
import { sshCertificateAuthorities } from "../shared/permissions.ts";
import { projectList } from "../../shared/project-list.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { sshCaReadModel } from "./ssh-ca-read-model.ts";

const permission = sshCertificateAuthorities("read");

export const listSshCertificateAuthorities = regionOperation({
  id: "listSshCertificateAuthorities",
  method: "GET",
  path: "/api/v2/sshcertificateauthorities",
  summary: "List or watch SSH certificate authorities",
  tag: "SSH certificate authorities",
  permission,
  query: PROJECT_LIST_QUERY,
  responses: answers(200, "The authorities that match, by id.", SSH_CAS_READ, 410),
  handler: (request, services) => {
    const { query, principal } = request;
    const set = projectList(SSH_CA, () => "provisioned", query, principal, permission);
    return collectionReply(set, sshCaReadModel, request, services);
  },
});
