import { Type } from "typebox";
import { IMPERSONATOR, NODE_ROLES } from "../../../node-api/node-role.ts";
import { TIME, UUID } from "../../region/schemas/metadata-schema.ts";

/** Who speaks for others is the daemon alone. */
const GIVEN_ROLES = NODE_ROLES.filter((role) => role !== IMPERSONATOR);

export const CREDENTIAL_CREATE = Type.Object(
  {
    request: Type.String({
      maxLength: 20_000,
      description: "PEM of a certificate request (PKCS#10). Only its key counts.",
    }),
    roles: Type.Array(Type.Enum(GIVEN_ROLES), { minItems: 1, maxItems: GIVEN_ROLES.length }),
    organizationId: Type.Optional(UUID),
    projectId: Type.Optional(UUID),
    name: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$",
        description: "Who will use it, as the audit log shall name them. Default: the caller.",
      }),
    ),
    validSeconds: Type.Optional(
      Type.Integer({ minimum: 60, description: "Default: as long as the daemon allows." }),
    ),
  },
  {
    title: "NodeCredentialCreate",
    description: "With organization and project it reaches their machines alone, else all.",
  },
);

export const CREDENTIAL_READ = Type.Object(
  {
    certificate: Type.String({ description: "PEM." }),
    authority: Type.String({ description: "PEM of every root to trust." }),
    serial: Type.String(),
    expiryTime: TIME,
    endpoints: Type.Array(Type.String(), { description: "Of the node API: host:port." }),
  },
  { title: "NodeCredential" },
);

export const JOIN_TOKEN_READ = Type.Object(
  {
    token: Type.String({ description: "Shown once. Works once." }),
    expiryTime: TIME,
  },
  { title: "NodeJoinToken" },
);

const ROOT = Type.Object(
  {
    pin: Type.String({ description: "SHA-256 of the certificate's DER." }),
    certificate: Type.String({ description: "PEM." }),
    state: Type.Enum(["next", "signing", "trusted", "retired"]),
    creationTime: TIME,
    signsFrom: TIME,
    retirementTime: Type.Optional(TIME),
  },
  { title: "NodeAuthorityRoot" },
);

export const AUTHORITY_READ = Type.Object(
  {
    pin: Type.String({ description: "Of the root that signs now; join tokens carry it." }),
    roots: Type.Array(ROOT, { description: "In the order of their making." }),
  },
  { title: "NodeAuthority" },
);
