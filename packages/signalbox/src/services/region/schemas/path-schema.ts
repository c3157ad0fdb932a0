import { Type } from "typebox";
import { UUID } from "./metadata-schema.ts";

export const NETWORK_PATH = Type.Object({ networkID: UUID });
export const NETWORK_REFERENCE_PATH = Type.Object({
  networkID: UUID,
  reference: Type.String({ maxLength: 512 }),
});
export const SECURITY_GROUP_PATH = Type.Object({ securityGroupID: UUID });
export const SSH_CA_PATH = Type.Object({ sshCertificateAuthorityID: UUID });
export const SERVER_PATH = Type.Object({ serverID: UUID });
export const REGION_PATH = Type.Object({ regionID: UUID });
export const IMAGE_PATH = Type.Object({ regionID: UUID, imageID: UUID });
export const ORGANIZATION_PATH = Type.Object({ organizationID: UUID });
export const ORGANIZATION_REGION_PATH = Type.Object({ organizationID: UUID, regionID: UUID });
export const ORGANIZATION_IMAGE_PATH = Type.Object({
  organizationID: UUID,
  regionID: UUID,
  imageID: UUID,
});
