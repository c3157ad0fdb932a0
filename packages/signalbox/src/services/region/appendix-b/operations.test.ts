import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Operation } from "@signalbox/http";
import { shared } from "@signalbox/testing";
import { REGION_OPERATIONS } from "../operations.ts";
import type { RegionServices } from "../region-services.ts";
import { type Api, expectStatus, startApi, startApiWithMachines } from "../testing/api.ts";
import {
  createAuthority,
  createGroup,
  createNetwork,
  createServer,
  FLAVOR_ID,
  IMAGE_ID,
  idOf,
  imageSpec,
  networkBody,
  REGION_ID,
  serverBody,
  sshCaBody,
} from "../testing/bodies.ts";
import { without } from "../testing/principals.ts";
import { type Machines, runServer } from "../testing/running-server.ts";
import { ORGANIZATION } from "../testing/tenants.ts";

/** Operations whose example is refused, whoever asks. */
const REFUSED: Readonly<Record<string, number>> = { getServerSshKey: 404, retryServer: 409 };

/** Operations that are carried out on a machine that runs; the others need none. */
const ON_MACHINES: ReadonlySet<string> = new Set([
  "softRebootServer",
  "hardRebootServer",
  "createConsoleSession",
  "getConsoleSession",
  "getConsoleOutput",
  "snapshotServer",
]);

describe("appendix B: every operation", () => {
  const worlds: Worlds = { plain: shared(startApi), machines: shared(startApiWithMachines) };
  for (const operation of REGION_OPERATIONS) {
    it(`18: ${operation.id} answers as declared, and 403 without its permission`, async () => {
      const { api, request } = await exampleOf(operation, worlds);
      const { method, permission, responses } = operation;
      if (typeof permission !== "string") {
        api.know("lacking", without(permission));
        const refused = await api.call(method, request.path, { ...request, as: "lacking" });
        expectStatus(refused, 403);
      }
      if (permission !== "open") {
        expectStatus(await api.call(method, request.path, { ...request, as: "" }), 401);
      }
      // The server checks the body against the schema of this status.
      const answer = await api.call(method, request.path, request);
      const good = Object.keys(responses).find((status) => Number(status) < 400);
      expectStatus(answer, REFUSED[operation.id] ?? Number(good));
      assert.equal(answer.body !== undefined, responses[answer.status]?.schema !== undefined);
    });
  }
});

/** Each test makes what its operation is called for, so that all may share these. */
interface Worlds {
  readonly plain: () => Promise<Api>;
  readonly machines: () => Promise<Machines>;
}

interface Example {
  readonly api: Api;
  readonly request: { readonly path: string; readonly body?: object };
}

/** A request that the operation carries out, and the API that knows what it names. */
async function exampleOf(
  { method, path, body, id }: Operation<RegionServices>,
  worlds: Worlds,
): Promise<Example> {
  const { api, serverID } = await serverFor(id, worlds);
  const networkID = await createNetwork(api, "unused");
  const images = `/api/v2/regions/${REGION_ID}/images`;
  const image = { metadata: { name: "mine" }, spec: imageSpec() };
  const imported = expectStatus(await api.call("POST", images, { body: image }), 201);
  const filled: Readonly<Record<string, string>> = {
    networkID,
    organizationID: ORGANIZATION,
    regionID: REGION_ID,
    imageID: idOf(imported),
    reference: "filestorages.storage.example.org%2Fone",
    securityGroupID: await createGroup(api, networkID),
    sshCertificateAuthorityID: await createAuthority(api),
    serverID,
  };
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => filled[name] ?? name);
  if (body === undefined) return { api, request: { path: address } };
  const example = exampleBodies(networkID)[`${method} ${id}`];
  assert(example, `${id} has an example`);
  return { api, request: { path: address, body: example } };
}

async function serverFor(
  operationId: string,
  worlds: Worlds,
): Promise<{ readonly api: Api; readonly serverID: string }> {
  if (ON_MACHINES.has(operationId)) {
    const api = await worlds.machines();
    const path = await runServer(api);
    return { api, serverID: path.slice(path.lastIndexOf("/") + 1) };
  }
  const api = await worlds.plain();
  return { api, serverID: await createServer(api, await createNetwork(api)) };
}

function exampleBodies(networkId: string): Readonly<Record<string, object>> {
  const metadata = { name: "example" };
  const { organizationId: _, ...v1 } = imageSpec() as { organizationId: string };
  return {
    "POST createNetwork": networkBody("example"),
    "PUT updateNetwork": { metadata, spec: { dnsNameservers: [] } },
    "POST createSecurityGroup": { metadata, spec: { networkId, rules: [] } },
    "PUT updateSecurityGroup": { metadata, spec: { rules: [] } },
    "POST createSshCertificateAuthority": sshCaBody(),
    "POST createServer": serverBody(networkId, {}, metadata),
    "PUT updateServer": {
      metadata: { name: "web" },
      spec: { flavorId: FLAVOR_ID, imageId: IMAGE_ID },
    },
    "POST createImage": { metadata, spec: imageSpec() },
    "POST createImageV1": { metadata, spec: v1 },
    "POST snapshotServer": { metadata, spec: {} },
  };
}
