import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { region } from "../../../reconcilers/testing/fixtures.ts";
import { at, expectStatus, startApi } from "../testing/api.ts";
import {
  ABSENT_ID,
  create,
  createNetwork,
  createServer,
  idOf,
  networkBody,
  REGION_ID,
} from "../testing/bodies.ts";
import { OTHER_ORGANIZATION, OTHER_PROJECT, PROJECT } from "../testing/tenants.ts";

describe("networks", () => {
  const world = shared(startApi);

  it("are created pending, masked, with the effective reservations", async () => {
    const api = await world();
    const body = networkBody("net", {
      prefix: "10.1.7.9/24",
      routes: [{ prefix: "192.0.2.0/24", nexthop: "10.1.7.1" }],
    });
    const network = await create(api, "/api/v2/networks", body);
    assert.equal(at(network, "metadata.provisioningStatus"), "pending");
    assert.equal(at(network, "metadata.createdBy"), "user");
    assert.equal(at(network, "metadata.projectId"), PROJECT);
    assert.equal(at(network, "status.prefix"), "10.1.7.0/24");
    assert.deepEqual(at(network, "status.reservations"), {
      prefixLength: 25,
      providerReservedPrefixLength: 28,
    });
    assert.deepEqual(at(network, "spec.routes"), [{ prefix: "192.0.2.0/24", nexthop: "10.1.7.1" }]);
  });

  // biome-ignore format: a table reads best with one row a line
  const refused: readonly (readonly [object, number])[] = [
    [{ prefix: "10.0.0.0/25" },                                               400],
    [{ prefix: "10.0.0.0" },                                                  400],
    [{ prefix: "fd00::/64" },                                                 400],
    [{ dnsNameservers: ["::1"] },                                             400],
    [{ dnsNameservers: ["192.0.2.1", "192.0.2.1"] },                          400],
    [{ routes: [{ prefix: "x", nexthop: "10.1.0.1" }] },                      400],
    [{ routes: [{ prefix: "192.0.2.0/24", nexthop: "x" }] },                  400],
    [{ routes: [{ prefix: "192.0.2.0/24", nexthop: "10.2.0.1" }] },           422],
    [{ reservations: { prefixLength: 24 } },                                  422],
    [{ reservations: { prefixLength: 26, providerReservedPrefixLength: 25 } }, 422],
    [{ reservations: { prefixLength: 31 } },                                  400],
    [{ organizationId: "not-a-uuid" },                                        400],
    [{ regionId: ABSENT_ID },                                                 404],
    [{ organizationId: OTHER_ORGANIZATION },                                  404],
  ];
  for (const [spec, status] of refused) {
    it(`with ${JSON.stringify(spec)} are refused with ${status}`, async () => {
      const api = await world();
      const body = networkBody("net", spec);
      expectStatus(await api.call("POST", "/api/v2/networks", { as: "user", body }), status);
    });
  }

  it("go only into projects that are there and that the caller may create in", async () => {
    const api = await world();
    const post = (as: string, spec: object) =>
      api.call("POST", "/api/v2/networks", { as, body: networkBody("net", spec) });
    expectStatus(await post("owner", { projectId: OTHER_PROJECT }), 201);
    expectStatus(await post("owner", { projectId: ABSENT_ID }), 404);
    expectStatus(await post("reader", {}), 403);
    expectStatus(await post("user", { projectId: OTHER_PROJECT }), 404);
    expectStatus(await post("stranger", {}), 404);
  });

  it("of one prefix are separate, and say that they overlap", async (t) => {
    const api = await startApi(t);
    await createNetwork(api, "one");
    const second = await create(api, "/api/v2/networks", networkBody("two"));
    assert.equal(at(second, "status.conditions.0.reason"), "Overlap");
    assert.match(String(at(second, "status.conditions.0.message")), /one/);
    assert.equal(at(second, "metadata.provisioningStatus"), "pending");
  });

  it("in a region that is hidden from the caller are 404", async (t) => {
    const hidden = region({ organizationIds: [OTHER_ORGANIZATION] });
    const api = await startApi(t, { regions: [hidden] });
    const post = (as: string) => api.call("POST", "/api/v2/networks", { as, body: networkBody() });
    expectStatus(await post("user"), 404);
    expectStatus(await post("admin"), 201);
    expectStatus(
      await api.call("GET", `/api/v2/regions/${REGION_ID}/flavors`, { as: "user" }),
      404,
    );
    assert.deepEqual((await api.call("GET", "/api/v2/regions", { as: "user" })).body, []);
  });

  it("are replaced by PUT: what is left out goes, the creator stays", async () => {
    const api = await world();
    const tags = [{ name: "a", value: "b" }];
    const body = networkBody("net", {}, { description: "first", tags });
    const id = idOf(await create(api, "/api/v2/networks", body));
    const network = expectStatus(
      await api.call("PUT", `/api/v2/networks/${id}`, {
        as: "owner",
        body: { metadata: { name: "renamed" }, spec: { dnsNameservers: [] } },
      }),
      202,
    );
    assert.equal(at(network, "metadata.name"), "renamed");
    assert.equal(at(network, "metadata.description"), undefined);
    assert.equal(at(network, "metadata.tags"), undefined);
    assert.equal(at(network, "metadata.createdBy"), "user");
    assert.equal(at(network, "metadata.modifiedBy"), "owner");
    assert.equal(at(network, "metadata.generation"), 2);
  });

  it("keep references, however they are encoded, and are blocked by them", async () => {
    const api = await world();
    const id = await createNetwork(api);
    const path = (reference: string) => `/api/v2/networks/${id}/references/${reference}`;
    const once = path("stores.example.org%2Fone");
    const twice = path("stores.example.org%252Fone");
    expectStatus(await api.call("PUT", once), 201);
    expectStatus(await api.call("PUT", twice), 201);
    expectStatus(await api.call("PUT", path("no%20name")), 400);
    expectStatus(await api.call("PUT", once, { as: "user" }), 403);
    const refused = expectStatus(await api.call("DELETE", `/api/v2/networks/${id}`), 409);
    assert.match(String(at(refused, "error_description")), /stores\.example\.org\/one/);
    expectStatus(await api.call("DELETE", twice), 204);
    expectStatus(await api.call("DELETE", once), 204);
    expectStatus(await api.call("DELETE", `/api/v2/networks/${id}`), 202);
    expectStatus(await api.call("DELETE", `/api/v2/networks/${id}`), 202);
    expectStatus(await api.call("PUT", once), 409);
  });

  it("are invisible to other projects, and to them 404 in every verb", async (t) => {
    const api = await startApi(t);
    const id = await createNetwork(api);
    const path = `/api/v2/networks/${id}`;
    const body = { metadata: { name: "x" }, spec: { dnsNameservers: [] } };
    for (const as of ["stranger", "neighbour"]) {
      expectStatus(await api.call("GET", path, { as }), 404);
      expectStatus(await api.call("PUT", path, { as, body }), 404);
      expectStatus(await api.call("DELETE", path, { as }), 404);
      assert.deepEqual((await api.call("GET", "/api/v2/networks", { as })).body, []);
    }
    expectStatus(await api.call("PUT", path, { as: "reader", body }), 403);
  });

  it("refuse servers and groups once they are being deleted", async () => {
    const api = await world();
    const id = await createNetwork(api);
    expectStatus(await api.call("DELETE", `/api/v2/networks/${id}`), 202);
    await assert.rejects(createServer(api, id), /409/);
    const body = { metadata: { name: "group" }, spec: { networkId: id, rules: [] } };
    expectStatus(await api.call("POST", "/api/v2/securitygroups", { body }), 409);
  });

  it("take their security groups with them", async () => {
    const api = await world();
    const id = await createNetwork(api);
    const body = { metadata: { name: "group" }, spec: { networkId: id, rules: [] } };
    const group = idOf(await create(api, "/api/v2/securitygroups", body));
    expectStatus(await api.call("DELETE", `/api/v2/networks/${id}`), 202);
    const shown = await api.call("GET", `/api/v2/securitygroups/${group}`);
    assert.equal(at(shown.body, "metadata.provisioningStatus"), "deprovisioning");
  });
});
