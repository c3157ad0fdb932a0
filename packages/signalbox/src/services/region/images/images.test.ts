import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { type Api, at, expectStatus, startApi } from "../testing/api.ts";
import { idOf, IMAGE_ID, imageSpec, REGION_ID } from "../testing/bodies.ts";
import { ORGANIZATION, OTHER_ORGANIZATION } from "../testing/tenants.ts";

const PATH = `/api/v2/regions/${REGION_ID}/images`;
const HEX = "AB".repeat(32);

const post = (api: Api, spec: object = {}, as = "user", tags: object[] = []) =>
  api.call("POST", PATH, { as, body: { metadata: { name: "mine", tags }, spec: imageSpec(spec) } });

describe("images", () => {
  const world = shared(startApi);

  it("are imported by jobs; v1 answers 200 where v2 answers 201", async () => {
    const api = await world();
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

  it("remember where they come from, and their tags cannot lie", async () => {
    const api = await world();
    const tags = [
      { name: "images.unikorn-cloud.org:source", value: "snapshot" },
      { name: "a", value: "b" },
    ];
    const image = expectStatus(await post(api, { sha256: HEX }, "user", tags), 201);
    assert.deepEqual(at(image, "status.source"), {
      type: "import",
      uri: "https://images.example.com/allowed/a.raw",
      format: "qcow2",
      sha256: HEX.toLowerCase(),
    });
    assert.deepEqual(at(image, "metadata.tags"), [
      { name: "a", value: "b" },
      { name: "images.unikorn-cloud.org:organization-id", value: ORGANIZATION },
      { name: "images.unikorn-cloud.org:source", value: "import" },
    ]);
  });

  it("come from allowed places, checked and readable, alone", async () => {
    const api = await world();
    expectStatus(await post(api, { uri: "https://elsewhere.example.com/a" }), 422);
    expectStatus(await post(api, { uri: "http://images.example.com/allowed/a" }), 422);
    expectStatus(await post(api, { uri: "http://images.example.com/allowed/a", sha256: HEX }), 201);
    expectStatus(await post(api, { sha256: "x" }), 400);
    expectStatus(await post(api, { format: "vmdk" }), 400);
    expectStatus(await post(api, { organizationId: OTHER_ORGANIZATION }), 404);
    expectStatus(await post(api, {}, "reader"), 403);
  });

  it("are refused in a form that the provider cannot read", async (t) => {
    const api = await startApi(t, { capabilities: { imageFormats: ["qcow2"] } });
    assert.equal(
      at(expectStatus(await post(api, { format: "raw" }), 422), "code"),
      "provider_unsupported",
    );
  });

  it("are listed by name: everybody's, and with an organization its own", async (t) => {
    const api = await startApi(t);
    expectStatus(await post(api), 201);
    const list = async (query: string, as = "user") => {
      const items = expectStatus(await api.call("GET", `${PATH}?${query}`, { as }), 200);
      return (items as readonly unknown[]).map((item) => at(item, "metadata.name"));
    };
    const global = await list("");
    assert.equal(global.length, 2);
    assert.deepEqual(global, global.toSorted());
    const own = `organizationID=${ORGANIZATION}`;
    assert.deepEqual(await list(`${own}&scope=owned`), ["mine"]);
    assert.equal((await list(own)).length, 3);
    assert.deepEqual(await list(`${own}&scope=owned&status=ready`), []);
    assert.deepEqual(await list(`${own}&scope=owned`, "stranger"), []);
    assert.equal((await list(own, "stranger")).length, 2);
    const v1 = `/api/v1/organizations/${ORGANIZATION}/regions/${REGION_ID}/images`;
    const ready = expectStatus(await api.call("GET", v1, { as: "user" }), 200);
    assert.equal((ready as readonly unknown[]).length, 2);
    expectStatus(await api.call("GET", v1, { as: "stranger" }), 404);
  });

  it("that came with the region are nobody's to delete", async () => {
    const api = await world();
    for (const as of ["user", "owner", "admin"]) {
      expectStatus(await api.call("DELETE", `${PATH}/${IMAGE_ID}`, { as }), 404);
    }
    expectStatus(await api.call("GET", `${PATH}/${IMAGE_ID}`, { as: "stranger" }), 200);
  });

  it("of another organization are not deleted through v1 paths", async () => {
    const api = await world();
    const id = String(at(expectStatus(await post(api), 201), "metadata.id"));
    const v1 = (organization: string) =>
      `/api/v1/organizations/${organization}/regions/${REGION_ID}/images/${id}`;
    expectStatus(await api.call("DELETE", v1(OTHER_ORGANIZATION)), 404);
    expectStatus(await api.call("DELETE", v1(ORGANIZATION)), 202);
  });
});
