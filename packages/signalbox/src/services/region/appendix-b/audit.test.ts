import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startApi } from "../testing/api.ts";
import { create, FLAVOR_ID, idOf, IMAGE_ID, networkBody, serverBody } from "../testing/bodies.ts";
import { PROJECT } from "../testing/tenants.ts";

describe("appendix B: audit", () => {
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
});
