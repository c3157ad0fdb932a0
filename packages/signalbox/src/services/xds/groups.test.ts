import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { XDS_RESOURCE, XDS_REVISION } from "../../model/kinds.ts";
import { at, expectStatus, startApi } from "../region/testing/api.ts";
import { ABSENT_ID, createNetwork } from "../region/testing/bodies.ts";
import { FOREIGN_PROJECT, OTHER_ORGANIZATION } from "../region/testing/tenants.ts";
import { assignment, cluster, createGroup, groupBody, put } from "./testing/groups.ts";

const GROUPS = "/api/v2/xds/groups";
const foreign = { organizationId: OTHER_ORGANIZATION, projectId: FOREIGN_PROJECT };
const follow = (name: string, from: object = { tags: { role: "web" } }) => ({
  cluster: name,
  port: 80,
  from,
});

describe("xDS groups", () => {
  const world = shared(startApi);

  it("keep nodes and endpoints in a form of their own, and lose what an update leaves out", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const endpoints = [follow("web", { networkId, tags: { role: "web" } })];
    const nodes = { ids: ["b", "a", "b"], clusters: ["edge"] };
    const path = await createGroup(api, "edge", { nodes, endpoints });
    const made = expectStatus(await api.call("GET", path), 200);
    const spec = { nodes: { ids: ["a", "b"], clusters: ["edge"] }, endpoints };
    assert.deepEqual(at(made, "spec"), spec);
    assert.deepEqual(at(made, "status"), { revision: 1, resources: 0, bytes: 0 });
    const body = { metadata: { name: "edge" }, spec: {} };
    const updated = expectStatus(await api.call("PUT", path, { body }), 200);
    assert.deepEqual(at(updated, "spec"), { nodes: { ids: [], clusters: [] }, endpoints: [] });
    assert.equal(at(updated, "status.revision"), 2);
  });

  it("do not share a node, and say which other group has it to those who may see that", async (t) => {
    const api = await startApi(t);
    const nodes = { ids: ["n1"], clusters: ["edge"] };
    await createGroup(api, "first", { nodes });
    const taken = [
      ["n1 by id", { ids: ["n1"] }, "id n1"],
      ["edge by cluster", { clusters: ["edge"] }, "cluster edge"],
    ] as const;
    for (const [what, wanted, words] of taken) {
      const body = groupBody("second", { nodes: wanted });
      const seen = expectStatus(await api.call("POST", GROUPS, { body }), 409);
      assert.match(
        String(at(seen, "error_description")),
        new RegExp(`${words} .*group first`),
        what,
      );
      const hidden = groupBody("second", { nodes: wanted, ...foreign });
      const unseen = expectStatus(
        await api.call("POST", GROUPS, { body: hidden, as: "stranger" }),
        409,
      );
      assert.match(String(at(unseen, "error_description")), new RegExp(`${words} .*another group`));
    }
    const other = await createGroup(api, "second", { nodes: { ids: ["edge"], clusters: ["n1"] } });
    const body = { metadata: { name: "second" }, spec: { nodes } };
    expectStatus(await api.call("PUT", other, { body }), 409);
    assert.deepEqual(at((await api.call("GET", other)).body, "spec.nodes.ids"), ["edge"]);
  });

  // biome-ignore format: a table reads best with one row a line
  const REFUSED: readonly (readonly [string, object, number, string])[] = [
    ["a selector that selects all", follow("web", {}),                         422, "/spec/endpoints/0/from"],
    ["a network that is not there", follow("web", { networkId: ABSENT_ID }),   422, "/spec/endpoints/0/from/networkId"],
    ["no port",                     { ...follow("web"), port: 0 },             400, "/spec/endpoints/0/port"],
    ["no name of a cluster",        follow(""),                                400, "/spec/endpoints/0/cluster"],
  ];
  for (const [what, endpoints, status, pointer] of REFUSED) {
    it(`are refused with ${what}`, async () => {
      const api = await world();
      const body = groupBody("edge", { endpoints: [endpoints] });
      const answer = expectStatus(await api.call("POST", GROUPS, { body }), status);
      assert.equal(at(answer, "errors.0.pointer"), pointer);
    });
  }

  it("are refused with one cluster twice, and with a network of another project", async () => {
    const api = await world();
    const twice = groupBody("edge", { endpoints: [follow("web"), follow("web")] });
    expectStatus(await api.call("POST", GROUPS, { body: twice }), 422);
    const networkId = await createNetwork(api);
    const body = groupBody("edge", { ...foreign, endpoints: [follow("web", { networkId })] });
    expectStatus(await api.call("POST", GROUPS, { body, as: "stranger" }), 422);
  });

  it("have the endpoints of a cluster from one source", async () => {
    const api = await world();
    const path = await createGroup(api, "edge", { endpoints: [follow("web")] });
    const resource = `${path}/resources/endpoint/web`;
    expectStatus(await api.call("PUT", resource, { body: assignment("web") }), 409);
    await put(api, path, "endpoint", assignment("db"));
    const body = { metadata: { name: "edge" }, spec: { endpoints: [follow("db")] } };
    expectStatus(await api.call("PUT", path, { body }), 409);
    expectStatus(await api.call("DELETE", `${path}/resources/endpoint/db`), 200);
    expectStatus(await api.call("PUT", path, { body }), 200);
    expectStatus(await api.call("PUT", resource, { body: assignment("web") }), 200);
  });

  it("take their resources and history with them, and give their nodes free", async (t) => {
    const api = await startApi(t);
    const path = await createGroup(api, "edge", { nodes: { ids: ["n1"] } });
    await put(api, path, "cluster", cluster("web"));
    expectStatus(await api.call("DELETE", path, { headers: { "if-match": '"1"' } }), 412);
    expectStatus(await api.call("DELETE", path), 202);
    expectStatus(await api.call("GET", path), 404);
    assert.equal(api.store.list(XDS_RESOURCE).items.length, 0);
    assert.equal(api.store.list(XDS_REVISION).items.length, 0);
    await createGroup(api, "next", { nodes: { ids: ["n1"] } });
  });
});
