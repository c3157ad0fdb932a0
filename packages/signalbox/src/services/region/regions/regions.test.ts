import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { region } from "../../../reconcilers/testing/fixtures.ts";
import { type Api, at, expectStatus, startApi } from "../testing/api.ts";
import { REGION_ID } from "../testing/bodies.ts";
import { ORGANIZATION, OTHER_ORGANIZATION } from "../testing/tenants.ts";

const V2 = `/api/v2/regions/${REGION_ID}`;
const V1 = `/api/v1/organizations/${ORGANIZATION}/regions/${REGION_ID}`;

const read = async (api: Api, path: string, as = "admin"): Promise<unknown> =>
  expectStatus(await api.call("GET", path, { as }), 200);

describe("regions", () => {
  it("show the same catalogue in v1 and in v2", async (t) => {
    const external = { id: "55555555-5555-5555-5555-555555555555", name: "public" };
    const api = await startApi(t, { regions: [region({ externalNetworks: [external] })] });
    for (const suffix of ["/detail", "/flavors", "/externalnetworks"]) {
      assert.deepEqual(await read(api, V1 + suffix), await read(api, V2 + suffix), suffix);
    }
    assert.deepEqual(await read(api, `${V2}/externalnetworks`, "user"), [external]);
    const list = await read(api, `/api/v1/organizations/${ORGANIZATION}/regions`);
    assert.deepEqual(list, await read(api, "/api/v2/regions"));
    assert.deepEqual(at(list, "0"), await read(api, V2, "user"));
    assert.equal(at(list, "0.spec.type"), "simulated");
  });

  it("list flavors by GPUs, CPUs and memory, in GiB and decimal GB", async (t) => {
    const flavors = [...region().flavors].reverse();
    const api = await startApi(t, { regions: [region({ flavors })] });
    const listed = (await read(api, `${V2}/flavors`, "user")) as readonly unknown[];
    assert.deepEqual(
      listed.map((flavor) => at(flavor, "metadata.name")),
      ["sim-standard-4", "sim-gpu-8"],
    );
    // compute-api §5.2: 100 GiB of disk read as 107.
    assert.equal(at(listed, "0.spec.memory"), 8);
    assert.equal(at(listed, "0.spec.disk"), 107);
    assert.equal(at(listed, "0.spec.gpu"), undefined);
    assert.equal(at(listed, "1.spec.gpu.vendor"), "NVIDIA");
  });

  it("are cached privately where they change with the configuration alone", async (t) => {
    const api = await startApi(t);
    const caching = async (path: string) =>
      (await api.call("GET", path)).headers["cache-control"] ?? "";
    assert.match(await caching(`${V2}/flavors`), /^private, max-age=\d+$/);
    assert.match(await caching(`${V1}/externalnetworks`), /^private, max-age=\d+$/);
    assert.equal(await caching("/api/v2/regions"), "no-cache");
    assert.equal(await caching(`${V2}/detail`), "no-cache");
  });

  it("of others do not exist, whatever is asked of them", async (t) => {
    const hidden = region({ organizationIds: [OTHER_ORGANIZATION] });
    const api = await startApi(t, { regions: [hidden] });
    for (const path of [V2, `${V2}/flavors`, `${V2}/images`, `${V1}/flavors`, `${V1}/images`]) {
      expectStatus(await api.call("GET", path, { as: "user" }), 404);
    }
    assert.deepEqual(await read(api, "/api/v2/regions", "user"), []);
    assert.equal(at(await read(api, V2, "stranger"), "metadata.id"), REGION_ID);
    const nobodys = await startApi(t, { regions: [region({ organizationIds: [] })] });
    expectStatus(await nobodys.call("GET", V2, { as: "stranger" }), 404);
    expectStatus(await nobodys.call("GET", V2), 200);
  });

  it("say how they are run to operators alone", async (t) => {
    const api = await startApi(t, { capabilities: { console: false } });
    const detail = await read(api, `${V2}/detail`);
    assert.equal(at(detail, "status.usable"), true);
    assert.equal(at(detail, "status.capabilities.console"), false);
    for (const as of ["user", "owner"]) {
      expectStatus(await api.call("GET", `${V2}/detail`, { as }), 403);
    }
  });
});
