import { Type } from "typebox";
import { byteSizeText, PERMISSION_PATTERN, UUID_PATTERN } from "./declared-patterns.ts";

const id = (description: string) =>
  Type.String({ pattern: UUID_PATTERN, expected: "a UUID in lower case", description });
const name = (description: string) =>
  Type.String({ minLength: 1, maxLength: 63, expected: "1 to 63 characters", description });
const closed = { additionalProperties: false } as const;

/** An organization: the outer tenant. */
export const ORGANIZATION = Type.Object(
  { id: id("Never changes once resources refer to it."), name: name("For people.") },
  closed,
);

/** A project: the inner tenant, which owns networks and servers. */
export const PROJECT = Type.Object(
  {
    id: id("Never changes once resources refer to it."),
    name: name("For people."),
    organizationId: id("The organization that it belongs to."),
  },
  closed,
);

export const FLAVOR = Type.Object(
  {
    id: Type.Optional(id("Derived from the region's id and the name when absent.")),
    name: name("For people; unique in the region."),
    cpus: Type.Integer({ minimum: 1, maximum: 512, expected: "1 to 512" }),
    cpuFamily: Type.Optional(Type.String({ minLength: 1 })),
    memory: byteSizeText("Memory, such as 1 GiB."),
    disk: byteSizeText("Root disk, such as 10 GB."),
    architecture: Type.Optional(
      Type.Enum(["x86_64", "aarch64"], { expected: "x86_64 or aarch64", default: "x86_64" }),
    ),
  },
  closed,
);

export const EXTERNAL_NETWORK = Type.Object(
  { id: id("Its id."), name: name("For people.") },
  closed,
);

/** A region: one provider's machines under one name. */
export const REGION = Type.Object(
  {
    id: id("Never changes once resources refer to it."),
    name: name("For people."),
    type: Type.Enum(["qemu", "simulated"], { expected: "qemu or simulated" }),
    organizationIds: Type.Optional(
      Type.Array(id("An organization."), {
        description: "Organizations that may see it. Absent: all. Empty: global callers only.",
      }),
    ),
    flavors: Type.Optional(
      Type.Array(FLAVOR, { description: "On offer instead of the provider's own." }),
    ),
    externalNetworks: Type.Optional(Type.Array(EXTERNAL_NETWORK)),
    publicPrefix: Type.Optional(
      Type.String({
        pattern: "^[0-9.]{7,15}/[0-9]{1,2}$",
        expected: "an IPv4 prefix such as 127.64.0.0/24",
        description: "Addresses for servers with publicIP.",
      }),
    ),
  },
  closed,
);

const permissions = (description: string) =>
  Type.Optional(
    Type.Array(
      Type.String({
        pattern: PERMISSION_PATTERN,
        expected: "ENDPOINT:VERB, as region:servers:read",
      }),
      { description },
    ),
  );

/** A role of the operator's own, beside the built-in ones. */
export const ROLE = Type.Object(
  {
    name: name("What tokens and system accounts refer to."),
    global: permissions("Held over everything."),
    organization: permissions("Held over the organization that the grant names."),
    project: permissions("Held over the project that the grant names."),
  },
  closed,
);

/** A machine that authenticates by client certificate. */
export const SYSTEM_ACCOUNT = Type.Object(
  {
    commonName: name("The certificate's common name."),
    role: name("Its role; only the role's global permissions count."),
  },
  closed,
);

/** Somebody who uses the admin API with a password. */
export const OPS_USER = Type.Object(
  {
    name: name("Who; as it stands in the audit log."),
    password: Type.String({
      pattern: "^\\$[a-z0-9-]+\\$[\\x21-\\x7e]+$",
      expected: "a password's hash, as $pbkdf2-sha256$i=600000$SALT$HASH",
      description: "The password's hash, never the password.",
    }),
    role: name("Its role; only the role's global permissions count, as ops:admin:read."),
  },
  closed,
);
