import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { IMAGE, NETWORK, SECURITY_GROUP, SERVER } from "../../model/kinds.ts";
import { network, region } from "../../reconcilers/testing/fixtures.ts";
import { type Api, at, expectStatus, startApi } from "./testing/api.ts";
import {
  create,
  createAuthority,
  createGroup,
  createNetwork,
  createServer,
  FLAVOR_ID,
  idOf,
  IMAGE_ID,
  imageSpec,
  networkBody,
  OTHER_IMAGE_ID,
  REGION_ID,
  serverBody,
} from "./testing/bodies.ts";
import { PRINCIPALS } from "./testing/principals.ts";
import { OTHER_PROJECT, PROJECT, ORGANIZATION, OTHER_ORGANIZATION } from "./testing/tenants.ts";

// compute-api Appendix B, by number. Those that need machines (12 in part, 15) are in
// appendix-b-machines.test.ts; 2 and 3 are the pipeline's and asserted for these paths here.

const base64 = (text: string): string => Buffer.from(text, "latin1").toString("base64");
const ABSENT_ID = "ffffffff-0000-4000-8000-000000000000";

async function post(api: Api, spec: object, status: number, name = "web"): Promise<unknown> {
  const networkId = (spec as { networkId?: string }).networkId ?? ABSENT_ID;
  const body = serverBody(networkId, spec, { name });
  return expectStatus(await api.call("POST", "/api/v2/servers", { body }), status);
}

describe("appendix B", () => {
  it("1: a malformed id without credentials is 401, with them 400", async (t) => {
    const api = await startApi(t);
    expectStatus(await api.call("GET", "/api/v2/servers/not-a-uuid", { as: "" }), 401);
    const body = expectStatus(await api.call("GET", "/api/v2/servers/not-a-uuid"), 400);
    assert.equal(at(body, "error"), "invalid_request");
    assert.match(String(at(body, "error_description")), /invalid path\/query element/);
  });

  it("2: an unknown method is 405 with Allow", async (t) => {
    const api = await startApi(t);
    const answer = await api.call("PATCH", "/api/v2/servers");
    expectStatus(answer, 405);
    assert.match(answer.headers["allow"] ?? "", /GET.*POST/);
  });

  it("3: a preflight is 204 with the four headers, 400 without the method", async (t) => {
    const api = await startApi(t);
    const preflight = (headers: Record<string, string>) =>
      api.call("OPTIONS", "/api/v2/servers", { as: "", headers });
    expectStatus(await preflight({ origin: "https://a.example" }), 400);
    const good = await preflight({
      origin: "https://a.example",
      "access-control-request-method": "POST",
    });
    expectStatus(good, 204);
    const allowed = (good.headers["access-control-allow-headers"] ?? "").toLowerCase();
    for (const name of ["authorization", "content-type", "traceparent", "tracestate"]) {
      assert(allowed.includes(name), name);
    }
  });

  it("4: ids follow from network and name; the same name again is 409", async (t) => {
    const api = await startApi(t);
    const NETWORK_ID = "aaaabbbb-1234-5678-9abc-def012345678";
    await api.store.transact((tx) => tx.create(NETWORK, NETWORK_ID, network(NETWORK_ID)));
    for (const [name, id] of [
      ["db", "a573675a-1350-5a09-a5f7-dc8e8ffb16b0"],
      ["web-1", "db094055-41cd-58cb-9b73-d99082a40812"],
    ] as const) {
      assert.equal(idOf(await post(api, { networkId: NETWORK_ID }, 201, name)), id);
    }
    await post(api, { networkId: NETWORK_ID }, 409, "db");
    const other = await createNetwork(api);
    assert.notEqual(
      idOf(await post(api, { networkId: other }, 201, "db")),
      "a573675a-1350-5a09-a5f7-dc8e8ffb16b0",
    );
  });

  it("5: every row of the user data table, with and without an authority", async (t) => {
    const api = await startApi(t);
    const networkId = await createNetwork(api);
    const sshCertificateAuthorityId = await createAuthority(api);
    const multipart = 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\n#!/bin/sh\n--b--\n';
    // biome-ignore format: a table reads best with one row a line
    const rows = [
      ["",                            201, 201],
      ["#cloud-config\n{}",           201, 201],
      ["#!/bin/sh\n",                 201, 201],
      ["## template: jinja\n",        201, 201],
      ["#cloud-boothook\n",           201, 201],
      ["#include\nhttps://a.example", 201, 201],
      ["#part-handler\n",             201, 201],
      ["#cloud-config-archive\n",     201, 201],
      [multipart,                     201, 201],
      ["\x1f\x8b\x08",                201, 422],
      ["hello",                       422, 422],
    ] as const;
    let count = 0;
    for (const [text, without, withAuthority] of rows) {
      const userData = base64(text);
      await post(api, { networkId, userData }, without, `s${count++}`);
      const spec = { networkId, userData, sshCertificateAuthorityId };
      await post(api, spec, withAuthority, `s${count++}`);
    }
    const refused = await post(api, { networkId, userData: base64("hello") }, 422);
    assert.equal(at(refused, "error"), "unprocessable_content");
    const text = String(at(refused, "error_description"));
    assert.match(text, /cloud-init/);
    assert.match(text, /unsupported userData format/);
  });

  it("5: every row of the SSH injection table", async (t) => {
    const api = await startApi(t);
    const networkId = await createNetwork(api);
    const authority = { sshCertificateAuthorityId: await createAuthority(api) };
    const pinned = { infrastructureRef: "host-1" };
    // biome-ignore format: a table reads best with one row a line
    const rows: readonly (readonly [object, number, string?])[] = [
      [{ ...authority },                                       201, "ca"],
      [{},                                                     201, "identityKeypair"],
      [{ sshInjection: "ca", ...authority },                   201, "ca"],
      [{ sshInjection: "ca" },                                 422],
      [{ sshInjection: "identityKeypair", ...authority },      422],
      [{ sshInjection: "none", ...authority },                 422],
      [{ sshInjection: "identityKeypair" },                    201, "identityKeypair"],
      [{ sshInjection: "none" },                               201, "none"],
      [{ sshInjection: "other" },                              400],
      [{ ...pinned },                                          422],
      [{ sshInjection: "none", ...pinned },                    201, "none"],
      [{ ...authority, ...pinned },                            201, "ca"],
    ];
    for (const [index, [spec, status, mode]] of rows.entries()) {
      const body = await post(api, { networkId, ...spec }, status, `s${index}`);
      assert.equal(at(body, "status.sshInjection"), mode);
    }
  });

  it("6: groups of another network and authorities of another project are 422", async (t) => {
    const api = await startApi(t);
    const networkId = await createNetwork(api);
    const elsewhere = await createNetwork(api, "elsewhere", { projectId: OTHER_PROJECT });
    const group = await createGroup(api, elsewhere);
    const authority = await createAuthority(api, { projectId: OTHER_PROJECT });
    const withGroup = { networkId, networking: { securityGroups: [group] } };
    const withAuthority = { networkId, sshCertificateAuthorityId: authority };
    await post(api, withGroup, 422);
    await post(api, withAuthority, 422);
    for (const spec of [withGroup, withAuthority]) {
      const body = serverBody(networkId, spec);
      // What the caller may not read is not there.
      expectStatus(await api.call("POST", "/api/v2/servers", { as: "user", body }), 404);
    }
  });

  it("7: an image that is not ready or does not fit, and a retired flavor, are 422", async (t) => {
    const offered = region();
    const api = await startApi(t, { regions: [offered] });
    const networkId = await createNetwork(api);
    const stored = api.store.get(IMAGE, IMAGE_ID)?.value;
    assert(stored);
    const put = async (change: object, spec: object = {}) => {
      await api.store.transact((tx) =>
        tx.update(IMAGE, IMAGE_ID, {
          ...stored,
          spec: { ...stored.spec, ...spec },
          status: { ...stored.status, ...change },
        }),
      );
    };
    await put({ state: "pending" });
    await post(api, { networkId }, 422);
    await put({}, { architecture: "aarch64" });
    await post(api, { networkId }, 422);
    await put({}, { virtualization: "baremetal" });
    await post(api, { networkId }, 422);
    await put({}, { virtualization: "quantum" });
    await post(api, { networkId }, 422);
    await put({ virtualBytes: 1e12 });
    await post(api, { networkId }, 422);
    await put({});
    await post(api, { networkId, flavorId: ABSENT_ID }, 422);
    await post(api, { networkId, imageId: ABSENT_ID }, 404);
    const id = idOf(await post(api, { networkId }, 201));
    // The flavor is retired by taking it out of the server's own spec's region.
    await api.store.transact((tx) => {
      const server = tx.get(SERVER, id)?.value;
      assert(server);
      tx.update(SERVER, id, { ...server, spec: { ...server.spec, flavorId: ABSENT_ID } });
    });
    const body = {
      metadata: { name: "web" },
      spec: { flavorId: ABSENT_ID, imageId: OTHER_IMAGE_ID },
    };
    expectStatus(await api.call("PUT", `/api/v2/servers/${id}`, { body }), 202);
  });

  it("8: PUT keeps name and flavor, clears what is left out, tolerates old user data", async (t) => {
    const api = await startApi(t);
    const networkId = await createNetwork(api);
    const userData = base64("#!/bin/sh\n");
    const id = await createServer(api, networkId, { userData });
    const path = `/api/v2/servers/${id}`;
    const put = (spec: object, name = "web") =>
      api.call("PUT", path, {
        body: { metadata: { name }, spec: { flavorId: FLAVOR_ID, imageId: IMAGE_ID, ...spec } },
      });
    assert.match(
      String(at(expectStatus(await put({}, "other"), 422), "error_description")),
      /name is immutable/,
    );
    assert.match(
      String(at(expectStatus(await put({ flavorId: ABSENT_ID }), 422), "error_description")),
      /flavor is immutable/,
    );
    assert.equal(at(expectStatus(await put({ userData }), 202), "spec.userData"), userData);
    assert.equal(at(expectStatus(await put({}), 202), "spec.userData"), undefined);
    const legacy = base64("legacy");
    await api.store.transact((tx) => {
      const server = tx.get(SERVER, id)?.value;
      assert(server);
      tx.update(SERVER, id, { ...server, spec: { ...server.spec, userData: legacy } });
    });
    expectStatus(await put({ userData: legacy }), 202);
    expectStatus(await put({ userData: base64("other") }), 422);
  });

  it("9: there is no SSH key to read in any mode", async (t) => {
    const api = await startApi(t);
    const networkId = await createNetwork(api);
    const sshCertificateAuthorityId = await createAuthority(api);
    const specs = [{ sshCertificateAuthorityId }, { sshInjection: "none" }, {}];
    for (const [index, spec] of specs.entries()) {
      const id = await createServer(api, networkId, spec, { name: `s${index}` });
      expectStatus(await api.call("GET", `/api/v2/servers/${id}/sshkey`), 404);
    }
  });

  it("10: what the power state does not allow is 409, what is missing 404", async (t) => {
    const api = await startApi(t);
    const id = await createServer(api, await createNetwork(api));
    const verb = (name: string, server = id) =>
      api.call("POST", `/api/v2/servers/${server}/${name}`);
    for (const name of ["softreboot", "hardreboot"]) expectStatus(await verb(name), 409);
    for (const name of ["start", "start", "stop", "stop"]) expectStatus(await verb(name), 202);
    for (const name of ["start", "stop", "softreboot", "hardreboot"]) {
      expectStatus(await verb(name, ABSENT_ID), 404);
    }
    expectStatus(await api.call("DELETE", `/api/v2/servers/${id}`), 202);
    expectStatus(await verb("start"), 409);
  });

  it("11: a disjoint organization lists [], a bad tag is 400", async (t) => {
    const api = await startApi(t);
    await createServer(api, await createNetwork(api));
    for (const collection of ["servers", "networks", "securitygroups"]) {
      const path = `/api/v2/${collection}`;
      const query = `?organizationID=${OTHER_ORGANIZATION}`;
      assert.deepEqual((await api.call("GET", path + query, { as: "user" })).body, []);
      expectStatus(await api.call("GET", `${path}?tag=bad`), 400);
      expectStatus(await api.call("GET", `${path}?tag=a=b`), 200);
    }
  });

  it("12: what is referenced is not deleted, and the blockers are named", async (t) => {
    const api = await startApi(t);
    const networkId = await createNetwork(api);
    const group = await createGroup(api, networkId);
    const authority = await createAuthority(api);
    const id = await createServer(api, networkId, {
      networking: { securityGroups: [group] },
      sshCertificateAuthorityId: authority,
    });
    for (const path of [
      `/api/v2/networks/${networkId}`,
      `/api/v2/securitygroups/${group}`,
      `/api/v2/sshcertificateauthorities/${authority}`,
    ]) {
      const body = expectStatus(await api.call("DELETE", path), 409);
      assert.equal(at(body, "code"), "in_use");
      assert(String(at(body, "error_description")).includes(id));
    }
    const unused = await createAuthority(api);
    const path = `/api/v2/sshcertificateauthorities/${unused}`;
    expectStatus(await api.call("DELETE", path), 202);
    expectStatus(await api.call("GET", path), 404);
    expectStatus(await api.call("DELETE", path), 404);
  });

  it("13: a snapshot needs the organization's images, and its tags cannot lie", async (t) => {
    const api = await startApi(t);
    const id = await createServer(api, await createNetwork(api));
    await api.store.transact((tx) => {
      const server = tx.get(SERVER, id)?.value;
      assert(server);
      tx.update(SERVER, id, { ...server, status: { ...server.status, imageId: IMAGE_ID } });
    });
    const path = `/api/v2/servers/${id}/snapshot`;
    const tags = [
      { name: "images.unikorn-cloud.org:source", value: "import" },
      { name: "purpose", value: "test" },
    ];
    const body = { metadata: { name: "copy", tags }, spec: {} };
    const user = PRINCIPALS.get("user");
    assert(user);
    const projects = new Map([
      [PROJECT, new Set(["region:servers:read", "region:servers:snapshot"])],
    ]);
    api.know("no-images", {
      ...user,
      access: {
        global: new Set(),
        organizations: new Map([[ORGANIZATION, { grants: new Set(), projects }]]),
      },
    });
    expectStatus(await api.call("POST", path, { as: "no-images", body }), 403);
    const image = expectStatus(await api.call("POST", path, { as: "user", body }), 201);
    assert.deepEqual(at(image, "metadata.tags"), [
      { name: "images.unikorn-cloud.org:organization-id", value: ORGANIZATION },
      { name: "images.unikorn-cloud.org:source", value: "snapshot" },
      { name: "purpose", value: "test" },
    ]);
    assert.deepEqual(at(image, "status.source"), {
      type: "snapshot",
      serverId: id,
      sourceImageId: IMAGE_ID,
    });
    const list = await api.call(
      "GET",
      `/api/v2/regions/${REGION_ID}/images?organizationID=${ORGANIZATION}&serverID=${id}`,
    );
    assert.deepEqual(at(list.body, "0.metadata.name"), "copy");
  });

  it("14: objects without the version label are not there", async (t) => {
    const api = await startApi(t);
    const id = "cccccccc-0000-4000-8000-000000000001";
    const { apiVersion: _, ...metadata } = network(id).metadata;
    await api.store.transact((tx) => {
      tx.create(NETWORK, id, { ...network(id), metadata });
      tx.create(SECURITY_GROUP, id, {
        metadata,
        regionId: REGION_ID,
        networkId: id,
        spec: { rules: [] },
      });
    });
    for (const collection of ["networks", "securitygroups"]) {
      const path = `/api/v2/${collection}`;
      expectStatus(await api.call("GET", `${path}/${id}`), 404);
      expectStatus(await api.call("DELETE", `${path}/${id}`), 404);
      assert.deepEqual((await api.call("GET", path)).body, []);
    }
  });

  it("16: errors have the three fields and are not cached", async (t) => {
    const api = await startApi(t);
    const answers = [
      [await api.call("GET", "/api/v2/servers", { as: "" }), 401, "access_denied"],
      [await api.call("GET", `/api/v2/servers/${ABSENT_ID}`), 404, "not_found"],
      [await api.call("POST", "/api/v2/networks", { body: {} }), 400, "invalid_request"],
      [await api.call("POST", "/api/v2/networks"), 400, "invalid_request"],
      [
        await api.call("POST", "/api/v2/networks", { as: "reader", body: networkBody() }),
        403,
        "forbidden",
      ],
      [
        await api.call("POST", "/api/v2/networks", {
          body: networkBody("net", { reservations: { prefixLength: 10 } }),
        }),
        422,
        "unprocessable_content",
      ],
    ] as const;
    for (const [answer, status, error] of answers) {
      const body = expectStatus(answer, status);
      assert.equal(at(body, "error"), error);
      assert.equal(typeof at(body, "error_description"), "string");
      assert.match(String(at(body, "trace_id")), /^[0-9a-f]{32}$/);
      assert.equal(answer.headers["cache-control"], "no-cache");
    }
  });

  it("17: create, update, delete and power verbs are audited with their tenancy", async (t) => {
    const api = await startApi(t);
    const networkId = idOf(await create(api, "/api/v2/networks", networkBody()));
    const id = idOf(await create(api, "/api/v2/servers", serverBody(networkId)));
    const path = `/api/v2/servers/${id}`;
    const body = { metadata: { name: "web" }, spec: { flavorId: FLAVOR_ID, imageId: IMAGE_ID } };
    await api.call("PUT", path, { as: "user", body });
    await api.call("POST", `${path}/stop`, { as: "user" });
    await api.call("DELETE", path, { as: "user" });
    await api.call("DELETE", path, { as: "stranger" });
    const seen = api.audited.map(({ operation, actor, resource, tenancy, outcome }) => [
      operation,
      actor,
      resource?.id,
      tenancy?.projectId,
      outcome.status,
    ]);
    assert.deepEqual(seen.slice(0, 5), [
      ["createNetwork", "user", networkId, PROJECT, 201],
      ["createServer", "user", id, PROJECT, 201],
      ["updateServer", "user", id, PROJECT, 202],
      ["stopServer", "user", id, PROJECT, 202],
      ["deleteServer", "user", id, PROJECT, 202],
    ]);
    assert.deepEqual(seen[5]?.slice(0, 2), ["deleteServer", "stranger"]);
    assert.equal(seen[5]?.[4], 404);
  });

  it("18: an image's import answers 200 in v1 and 201 in v2; both are jobs", async (t) => {
    const api = await startApi(t);
    const metadata = { name: "debian" };
    const { organizationId: _, ...v1 } = imageSpec() as { organizationId: string };
    const first = await api.call(
      "POST",
      `/api/v1/organizations/${ORGANIZATION}/regions/${REGION_ID}/images`,
      { as: "user", body: { metadata, spec: v1 } },
    );
    assert.equal(at(expectStatus(first, 200), "status.state"), "pending");
    const second = await api.call("POST", `/api/v2/regions/${REGION_ID}/images`, {
      as: "user",
      body: { metadata, spec: imageSpec() },
    });
    const path = `/api/v2/regions/${REGION_ID}/images/${idOf(expectStatus(second, 201))}`;
    expectStatus(await api.call("GET", path, { as: "user" }), 200);
    expectStatus(await api.call("GET", path, { as: "stranger" }), 404);
    expectStatus(await api.call("DELETE", path, { as: "user" }), 202);
    expectStatus(await api.call("DELETE", path, { as: "user" }), 404);
    expectStatus(await api.call("GET", path, { as: "user" }), 404);
  });
});
