import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { systemRandom } from "@signalbox/base";
import { identityOf } from "@signalbox/grpc";
import type { Operation } from "@signalbox/http";
import { type Scope, shared } from "@signalbox/testing";
import { testFolder } from "../../authority/testing/authority-fixture.ts";
import { writeCertificateRequest } from "../../credentials/certificate-request.ts";
import { parseJoinToken } from "../../credentials/join-token.ts";
import { newKeyPair, privateKeyPem } from "../../credentials/key-pair.ts";
import { toPem } from "../../credentials/pem.ts";
import { createJoinTokens, type JoinTicket } from "../../authority/enrolment/join-tokens.ts";
import { daemonAuthority } from "../../daemon/authority/daemon-authority.ts";
import { daemonNodeAccess } from "../../daemon/authority/daemon-node-access.ts";
import { dataFiles } from "../../daemon/data-files.ts";
import { type Api, at, expectStatus, startApi } from "../region/testing/api.ts";
import { createNetwork, createServer } from "../region/testing/bodies.ts";
import { without } from "../region/testing/principals.ts";
import {
  FOREIGN_PROJECT,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  PROJECT,
} from "../region/testing/tenants.ts";
import { NODES_OPERATIONS } from "./operations.ts";
import type { NodesServices } from "./nodes-services.ts";

const CREDENTIALS = "/api/v2/nodes/credentials";
const AUTHORITY = "/api/v2/nodes/authority";

const CONFIG = {
  listen: { nodeApi: "127.0.0.1:0", enrol: "127.0.0.1:0" },
  authority: { personLifetime: "90d", machineLifetime: "30d", daemonLifetime: "24h", names: [] },
};

/** The REST service over an authority of its own. */
async function start(t: Scope): Promise<Api> {
  const files = dataFiles(testFolder(t));
  return startApi(t, {
    nodeAccess: ({ store, clock }) => {
      const authority = daemonAuthority({ files, clock, random: systemRandom }, store);
      const mint = async (server: { readonly id: string }): Promise<JoinTicket> => {
        const deps = { store, clock, random: systemRandom, lifetimeMs: 3_600_000 };
        return createJoinTokens({ ...deps, authority: await authority() }).mint(server);
      };
      const joinTokens = { mint };
      const nodeApi = "127.0.0.1:50000";
      const access = daemonNodeAccess(CONFIG, { authority, joinTokens, nodeApi });
      assert.ok(access);
      return access;
    },
  });
}

interface Person {
  readonly keyPem: string;
  readonly request: string;
}

async function person(): Promise<Person> {
  const pair = await newKeyPair();
  const request = toPem("CERTIFICATE REQUEST", writeCertificateRequest(pair));
  return { keyPem: privateKeyPem(pair.privateKey), request };
}

function certificateOf(body: unknown): X509Certificate {
  return new X509Certificate(String(at(body, "certificate")));
}

const OWN = { organizationId: ORGANIZATION, projectId: PROJECT };

describe("a person's certificate", () => {
  const world = shared(start);

  it("has the roles, the project and nothing of the request but its key", async () => {
    const api = await world();
    const { keyPem, request } = await person();
    const order = { request, roles: ["os:reader", "os:operator"], name: "alice", ...OWN };
    const body = expectStatus(await api.call("POST", CREDENTIALS, { body: order }), 201);
    const x509 = certificateOf(body);
    const { commonName, organizations, uris, dnsNames, ipAddresses } = identityOf(x509);
    assert.equal(commonName, "alice");
    assert.deepEqual(organizations, ["os:operator", "os:reader"]);
    assert.deepEqual(uris, [`signalbox://project/${ORGANIZATION}/${PROJECT}`]);
    assert.deepEqual([...dnsNames, ...ipAddresses], []);
    assert.deepEqual(x509.keyUsage, ["1.3.6.1.5.5.7.3.2"]);
    assert.ok(x509.checkPrivateKey(createPrivateKey(keyPem)));
    assert.ok(x509.verify(new X509Certificate(String(at(body, "authority"))).publicKey));
    assert.deepEqual(at(body, "endpoints"), ["127.0.0.1:50000"]);
    assert.equal(x509.validToDate.getTime() - api.clock.now(), 90 * 86_400_000);
  });

  it("is for all projects when an administrator of the platform names none", async () => {
    const api = await world();
    const { request } = await person();
    const order = { request, roles: ["os:admin"], validSeconds: 3_600 };
    const body = expectStatus(await api.call("POST", CREDENTIALS, { body: order }), 201);
    assert.deepEqual(identityOf(certificateOf(body)).uris, []);
    assert.equal(identityOf(certificateOf(body)).commonName, "admin");
    assert.equal(certificateOf(body).validToDate.getTime() - api.clock.now(), 3_600_000);
  });

  it("is given by an organization's administrator for its own projects alone", async () => {
    const api = await world();
    const { request } = await person();
    const roles = ["os:admin"];
    const status = async (project: object): Promise<number> => {
      const body = { request, roles, ...project };
      return (await api.call("POST", CREDENTIALS, { body, as: "owner" })).status;
    };
    assert.equal(await status(OWN), 201);
    assert.equal(await status({}), 403);
    assert.equal(
      await status({ organizationId: OTHER_ORGANIZATION, projectId: FOREIGN_PROJECT }),
      403,
    );
    assert.equal(await status({ organizationId: ORGANIZATION, projectId: FOREIGN_PROJECT }), 404);
    assert.equal(await status({ organizationId: ORGANIZATION }), 422);
    for (const as of ["user", "reader", "neighbour", "stranger", "service"]) {
      const body = { request, roles, ...OWN };
      expectStatus(await api.call("POST", CREDENTIALS, { body, as }), 403);
    }
  });

  const REFUSED: readonly (readonly [string, object, number])[] = [
    ["the role of the daemon", { roles: ["os:impersonator"] }, 400],
    ["an unknown role", { roles: ["os:root"] }, 400],
    ["no role", { roles: [] }, 400],
    ["a name that is none", { name: "os:admin, O=x" }, 400],
    ["more time than there is", { validSeconds: 90 * 86_400 + 1 }, 422],
    ["no request", { request: "" }, 422],
    ["a request that is none", { request: toPem("CERTIFICATE REQUEST", Buffer.from("x")) }, 422],
  ];
  for (const [name, change, status] of REFUSED) {
    it(`is refused for ${name}`, async () => {
      const api = await world();
      const { request } = await person();
      const body = { request, roles: ["os:reader"], ...change };
      expectStatus(await api.call("POST", CREDENTIALS, { body }), status);
    });
  }

  it("leaves an audit record with its serial and project, and no key", async () => {
    const api = await world();
    const { keyPem, request } = await person();
    const body = { request, roles: ["os:reader"], ...OWN };
    const made = expectStatus(await api.call("POST", CREDENTIALS, { body }), 201);
    const event = api.audited.at(-1);
    assert.deepEqual(event?.resource, { type: "nodecredentials", id: at(made, "serial") });
    assert.deepEqual(event?.tenancy, OWN);
    assert.equal(JSON.stringify(api.audited).includes(keyPem.split("\n")[1] ?? "?"), false);
  });
});

describe("the authority", () => {
  it("is shown with its certificates, never its keys", async (t) => {
    const api = await start(t);
    const body = expectStatus(await api.call("GET", AUTHORITY), 200);
    assert.equal(at(body, "roots.0.state"), "signing");
    assert.equal(at(body, "roots.0.pin"), at(body, "pin"));
    assert.doesNotMatch(JSON.stringify(body), /sealed|nonce|PRIVATE/);
    expectStatus(await api.call("GET", AUTHORITY, { as: "owner" }), 403);
  });

  it("brings in its next root step by step", async (t) => {
    const api = await start(t);
    const states = async (): Promise<unknown> => {
      const body = expectStatus(await api.call("GET", AUTHORITY), 200);
      return (at(body, "roots") as readonly unknown[]).map((root) => at(root, "state"));
    };
    expectStatus(await api.call("POST", `${AUTHORITY}/rotate`), 200);
    assert.deepEqual(await states(), ["signing", "next"]);
    expectStatus(await api.call("POST", `${AUTHORITY}/rotate`), 409);
    await api.clock.advance(30 * 86_400_000);
    assert.deepEqual(await states(), ["trusted", "signing"]);
    await api.clock.advance(90 * 86_400_000);
    assert.deepEqual(await states(), ["retired", "signing"]);
  });
});

describe("a join token", () => {
  const world = shared(start);

  it("is made for a server by who administers its project", async () => {
    const api = await world();
    const server = await createServer(api, await createNetwork(api));
    for (const [as, status] of [
      ["user", 403],
      ["reader", 403],
      ["stranger", 403],
      ["owner", 201],
    ] as const) {
      const answer = await api.call("POST", `/api/v2/servers/${server}/jointokens`, { as });
      const body = expectStatus(answer, status);
      if (status !== 201) continue;
      const parsed = parseJoinToken(String(at(body, "token")));
      assert.ok(parsed.ok);
      assert.equal(parsed.value.pin, at(await authorityOf(api), "pin"));
      assert.equal(JSON.stringify(api.audited).includes(parsed.value.secret), false);
      assert.equal(answer.headers["cache-control"], "no-store");
    }
  });

  it("is for a server that is there", async () => {
    const api = await world();
    const path = `/api/v2/servers/${systemRandom.uuid()}/jointokens`;
    expectStatus(await api.call("POST", path), 404);
  });
});

async function authorityOf(api: Api): Promise<unknown> {
  return expectStatus(await api.call("GET", AUTHORITY), 200);
}

describe("every operation of node access", () => {
  const world = shared(startApi);

  for (const operation of NODES_OPERATIONS) {
    it(`${operation.id} answers 403 without its permission, and 503 without an authority`, async () => {
      const api = await world();
      const { path, body } = await requestOf(api, operation);
      const { method, permission } = operation;
      assert.ok(typeof permission !== "string");
      api.know("lacking", without(permission));
      const call = body === undefined ? {} : { body };
      expectStatus(await api.call(method, path, { ...call, as: "lacking" }), 403);
      expectStatus(await api.call(method, path, { ...call, as: "" }), 401);
      expectStatus(await api.call(method, path, call), 503);
    });
  }
});

async function requestOf(
  api: Api,
  { id, path }: Operation<NodesServices>,
): Promise<{ readonly path: string; readonly body?: object }> {
  const body = { request: (await person()).request, roles: ["os:reader"] };
  if (id === "createNodeCredential") return { path, body };
  if (!path.includes("{serverID}")) return { path };
  const server = await createServer(api, await createNetwork(api));
  return { path: path.replace("{serverID}", server) };
}
