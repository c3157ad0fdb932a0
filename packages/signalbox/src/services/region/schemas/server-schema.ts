import { Type } from "typebox";
import { CONDITIONED, METADATA_WRITE, PROJECT_METADATA, TIME, UUID } from "./metadata-schema.ts";

const NETWORKING = Type.Object({
  securityGroups: Type.Optional(Type.Array(UUID, { maxItems: 64 })),
  publicIP: Type.Optional(Type.Boolean({ description: "false is the same as absent" })),
  allowedSourceAddresses: Type.Optional(
    Type.Array(Type.String({ description: "IPv4 CIDR." }), { maxItems: 256 }),
  ),
});
const USER_DATA = Type.String({ format: "byte", description: "For cloud-init, in base64." });
const SSH_INJECTION = Type.Enum(["ca", "identityKeypair", "none"]);

export const SERVER_CREATE = Type.Object(
  {
    metadata: METADATA_WRITE,
    spec: Type.Object({
      networkId: UUID,
      flavorId: UUID,
      imageId: UUID,
      networking: Type.Optional(NETWORKING),
      userData: Type.Optional(USER_DATA),
      sshCertificateAuthorityId: Type.Optional(UUID),
      sshInjection: Type.Optional(SSH_INJECTION),
      infrastructureRef: Type.Optional(
        Type.String({ minLength: 1, maxLength: 255, description: "Pins to a physical host." }),
      ),
    }),
  },
  { title: "ServerCreate" },
);

export const SERVER_UPDATE = Type.Object(
  {
    metadata: METADATA_WRITE,
    spec: Type.Object({
      flavorId: UUID,
      imageId: UUID,
      networking: Type.Optional(NETWORKING),
      userData: Type.Optional(USER_DATA),
    }),
  },
  { title: "ServerUpdate" },
);

export const SERVER_READ = Type.Object(
  {
    metadata: PROJECT_METADATA,
    spec: Type.Object({
      flavorId: UUID,
      imageId: UUID,
      networking: Type.Optional(NETWORKING),
      userData: Type.Optional(USER_DATA),
    }),
    status: Type.Object({
      regionId: UUID,
      networkId: UUID,
      powerState: Type.Optional(
        Type.Enum(["Pending", "Queued", "Building", "Running", "Stopping", "Stopped"]),
      ),
      desiredPower: Type.Enum(["running", "stopped"]),
      privateIP: Type.Optional(Type.String()),
      publicIP: Type.Optional(Type.String()),
      macAddress: Type.Optional(Type.String()),
      sshCertificateAuthorityId: Type.Optional(UUID),
      sshInjection: SSH_INJECTION,
      infrastructureRef: Type.Optional(Type.String()),
      incarnation: Type.String({
        description: "Tells apart servers that had the same name, hence id, one after another.",
      }),
      imageId: Type.Optional(UUID),
      scheduledTime: Type.Optional(TIME),
      launchedTime: Type.Optional(TIME),
      provisionedTime: Type.Optional(TIME),
      pendingReboot: Type.Optional(Type.Enum(["soft", "hard"])),
      exitReason: Type.Optional(Type.String()),
      ...CONDITIONED,
    }),
  },
  { title: "Server" },
);
export const SERVERS_READ = Type.Array(SERVER_READ);

export const CONSOLE_SESSION = Type.Object(
  {
    url: Type.String({ description: "Open it in a browser; it holds a one-time ticket." }),
    type: Type.Enum(["serial"]),
    expirationTime: TIME,
  },
  { title: "ConsoleSession" },
);
export const CONSOLE_OUTPUT = Type.Object({ contents: Type.String() }, { title: "ConsoleOutput" });
