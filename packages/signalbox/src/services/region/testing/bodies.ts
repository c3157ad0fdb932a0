import { FLAVOR_ID, IMAGE_ID, REGION_ID } from "../../../reconcilers/testing/fixtures.ts";
import { type Api, at, expectStatus } from "./api.ts";
import { ORGANIZATION, PROJECT } from "./tenants.ts";

export {
  FLAVOR_ID,
  IMAGE_ID,
  OTHER_IMAGE_ID,
  REGION_ID,
} from "../../../reconcilers/testing/fixtures.ts";

/** An id that nothing has. */
export const ABSENT_ID = "ffffffff-0000-4000-8000-000000000000";

/** Bytes, one a character, as user data is sent. */
export const base64 = (text: string): string => Buffer.from(text, "latin1").toString("base64");

/** A valid public key, of 32 zero bytes. */
export const PUBLIC_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

export function networkBody(name = "net", spec: object = {}, metadata: object = {}): object {
  return {
    metadata: { name, ...metadata },
    spec: {
      organizationId: ORGANIZATION,
      projectId: PROJECT,
      regionId: REGION_ID,
      prefix: "10.1.0.0/24",
      dnsNameservers: ["192.0.2.53"],
      ...spec,
    },
  };
}

export function serverBody(networkId: string, spec: object = {}, metadata: object = {}): object {
  return {
    metadata: { name: "web", ...metadata },
    spec: { networkId, flavorId: FLAVOR_ID, imageId: IMAGE_ID, ...spec },
  };
}

export function sshCaBody(spec: object = {}): object {
  return {
    metadata: { name: "authority" },
    spec: {
      organizationId: ORGANIZATION,
      projectId: PROJECT,
      publicKey: PUBLIC_KEY,
      ...spec,
    },
  };
}

export function imageSpec(spec: object = {}): object {
  return {
    organizationId: ORGANIZATION,
    uri: "https://images.example.com/allowed/a.raw",
    format: "qcow2",
    architecture: "x86_64",
    virtualization: "virtualized",
    os: { kernel: "linux", family: "debian", distro: "debian", version: "13" },
    ...spec,
  };
}

/** Creates and answers what was created. */
export async function create(api: Api, path: string, body: object, as = "user"): Promise<unknown> {
  return expectStatus(await api.call("POST", path, { as, body }), 201);
}

export async function createNetwork(api: Api, name = "net", spec: object = {}): Promise<string> {
  const body = await create(api, "/api/v2/networks", networkBody(name, spec), "admin");
  return idOf(body);
}

export async function createServer(
  api: Api,
  networkId: string,
  spec: object = {},
  metadata: object = {},
): Promise<string> {
  const body = serverBody(networkId, spec, metadata);
  return idOf(await create(api, "/api/v2/servers", body, "admin"));
}

/** Asks for a server and answers what came back, with the status that was expected. */
export async function postServer(
  api: Api,
  spec: object,
  status: number,
  name = "web",
): Promise<unknown> {
  const body = serverBody(ABSENT_ID, spec, { name });
  return expectStatus(await api.call("POST", "/api/v2/servers", { body }), status);
}

export async function createGroup(api: Api, networkId: string, name = "group"): Promise<string> {
  const body = { metadata: { name }, spec: { networkId, rules: [] } };
  return idOf(await create(api, "/api/v2/securitygroups", body, "admin"));
}

export async function createAuthority(api: Api, spec: object = {}): Promise<string> {
  const body = await create(api, "/api/v2/sshcertificateauthorities", sshCaBody(spec), "admin");
  return idOf(body);
}

export function idOf(body: unknown): string {
  return String(at(body, "metadata.id"));
}
