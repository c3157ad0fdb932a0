import { Type } from "typebox";
import { UUID } from "../../region/schemas/metadata-schema.ts";

export const XDS_GROUP_PATH = Type.Object({ groupID: UUID });

export const XDS_RESOURCE_PATH = Type.Object({
  groupID: UUID,
  type: Type.String({
    maxLength: 512,
    description: "Short name (cluster), message, or type URL.",
  }),
  name: Type.String({ minLength: 1, maxLength: 1_024 }),
});

export const XDS_REVISION_PATH = Type.Object({
  groupID: UUID,
  revision: Type.String({ pattern: "^[1-9][0-9]{0,8}$", description: "Its number." }),
});
