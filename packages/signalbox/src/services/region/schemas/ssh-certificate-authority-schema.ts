import { Type } from "typebox";
import { METADATA_WRITE, PROJECT_METADATA, UUID } from "./metadata-schema.ts";

const PUBLIC_KEY = Type.String({
  maxLength: 16_384,
  description: "One OpenSSH authorized-key line without options.",
});

export const SSH_CA_CREATE = Type.Object(
  {
    metadata: METADATA_WRITE,
    spec: Type.Object({ organizationId: UUID, projectId: UUID, publicKey: PUBLIC_KEY }),
  },
  { title: "SshCertificateAuthorityCreate" },
);
export const SSH_CA_READ = Type.Object(
  { metadata: PROJECT_METADATA, spec: Type.Object({ publicKey: PUBLIC_KEY }) },
  { title: "SshCertificateAuthority" },
);
export const SSH_CAS_READ = Type.Array(SSH_CA_READ);
