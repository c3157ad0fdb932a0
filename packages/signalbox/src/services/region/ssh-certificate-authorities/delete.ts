import { assertIfMatch } from "@signalbox/http";
import { SSH_CA } from "../../../model/kinds.ts";
import { SSH_CA_PATH } from "../schemas/path-schema.ts";
import { answers } from "../../shared/answers.ts";
import { assertNoServers } from "../shared/assert-no-servers.ts";
import { sshCertificateAuthorities } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { ACCEPTED } from "../../shared/resource-reply.ts";
import { sshCaTarget } from "./ssh-ca-target.ts";

export const deleteSshCertificateAuthority = regionOperation({
  id: "deleteSshCertificateAuthority",
  method: "DELETE",
  path: "/api/v2/sshcertificateauthorities/{sshCertificateAuthorityID}",
  summary: "Delete an SSH certificate authority",
  description: "Refused with 409 and the servers' names while servers trust it.",
  tag: "SSH certificate authorities",
  permission: sshCertificateAuthorities("delete"),
  params: SSH_CA_PATH,
  responses: answers(202, "It is gone.", undefined, 409, 412),
  target: sshCaTarget,
  handler: async ({ target, ifMatch, signal }, { store }) => {
    await store.transact(
      (tx) => {
        const present = tx.get(SSH_CA, target.id);
        if (present === undefined) return;
        assertIfMatch(ifMatch, present.revision);
        assertNoServers(tx, "sshCertificateAuthority", present.id, "SSH certificate authority");
        tx.delete(SSH_CA, present.id);
      },
      { signal },
    );
    return ACCEPTED;
  },
});
