import type { Resource } from "@signalbox/store";
import type { Static } from "typebox";
import type { SshCertificateAuthority } from "../../../model/ssh-certificate-authority.ts";
import type { SSH_CA_READ } from "../schemas/ssh-certificate-authority-schema.ts";
import { projectMetadata } from "../../shared/metadata-read-model.ts";

/** An SSH certificate authority as the API shows it: nothing is carried out, so it is always there. */
export function sshCaReadModel({
  value: { metadata, spec },
}: Resource<SshCertificateAuthority>): Static<typeof SSH_CA_READ> {
  return {
    metadata: projectMetadata(metadata, {
      provisioningStatus: "provisioned",
      healthStatus: "healthy",
    }),
    spec: { publicKey: spec.publicKey },
  };
}
