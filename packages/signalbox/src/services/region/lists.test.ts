import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Api, at, expectStatus, startApi } from "./testing/api.ts";
import { create, createNetwork, networkBody, REGION_ID, serverBody } from "./testing/bodies.ts";
import { OTHER_PROJECT, PROJECT } from "./testing/tenants.ts";

async function names(api: Api, path: string, as = "admin"): Promise<readonly unknown[]> {
  const body = expectStatus(await api.call("GET", path, { as }), 200) as readonly unknown[];
  return body.map((item) => at(item, "metadata.name"));
}

/** Follows the Link headers. */
async function pages(api: Api, first: string): Promise<readonly string[][]> {
  const found: string[][] = [];
  let path: string | undefined = first;
  while (path !== undefined) {
    const answer = await api.call("GET", path);
    const items = expectStatus(answer, 200) as readonly unknown[];
    found.push(items.map((item) => String(at(item, "metadata.id"))));
    const next = /<([^>]+)>; rel="next"/.exec(answer.headers["link"] ?? "")?.[1];
    path = next === undefined ? undefined : next.replace(/^https?:\/\/[^/]+/, "");
  }
  return found;
}

describe("lists", () => {
  it("come whole without a limit, and page by page in the same order with one", async (t) => {
    const api = await startApi(t);
    for (let count = 0; count < 7; count++) await createNetwork(api, `net-${count}`);
    const whole = await pages(api, "/api/v2/networks");
    assert.equal(whole.length, 1);
    assert.deepEqual(whole[0], whole[0]?.toSorted());
    const paged = await pages(api, "/api/v2/networks?limit=3");
    assert.deepEqual(
      paged.map((page) => page.length),
      [3, 3, 1],
    );
    assert.deepEqual(paged.flat(), whole[0]);
    const images = await pages(api, `/api/v2/regions/${REGION_ID}/images?limit=1`);
    assert.deepEqual(
      images.map((page) => page.length),
      [1, 1],
    );
    assert.equal(new Set(images.flat()).size, 2);
  });

  it("refuse limits and cursors that make no sense", async (t) => {
    const api = await startApi(t);
    for (const query of ["limit=0", "limit=x", "limit=1001", "cursor=x", "status=odd"]) {
      expectStatus(await api.call("GET", `/api/v2/servers?${query}`), 400);
    }
    // What nobody knows is ignored (compute-api §4.12).
    expectStatus(await api.call("GET", "/api/v2/servers?unknown=x"), 200);
  });

  it("are filtered: or within a key, and between keys", async (t) => {
    const api = await startApi(t);
    const tags = [{ name: "env", value: "test" }];
    await create(api, "/api/v2/networks", networkBody("one", {}, { tags }));
    await create(api, "/api/v2/networks", networkBody("two"));
    await createNetwork(api, "other", { projectId: OTHER_PROJECT });
    const list = (query: string, as?: string) => names(api, `/api/v2/networks?${query}`, as);
    assert.deepEqual(await list("tag=env=test"), ["one"]);
    assert.deepEqual(await list("tag=env=test&tag=a=b"), []);
    assert.deepEqual((await list("name=one&name=two")).toSorted(), ["one", "two"]);
    assert.deepEqual(await list(`projectID=${OTHER_PROJECT}`), ["other"]);
    assert.deepEqual(await list(`projectID=${OTHER_PROJECT}`, "user"), []);
    assert.equal((await list(`projectID=${PROJECT}&projectID=${OTHER_PROJECT}`)).length, 3);
    assert.deepEqual(await list("status=provisioned"), []);
    assert.equal((await list("status=pending&status=error")).length, 3);
    assert.equal((await list("", "owner")).length, 3);
    assert.equal((await list("", "user")).length, 2);
  });

  it("of servers are filtered by network", async (t) => {
    const api = await startApi(t);
    const one = await createNetwork(api, "one");
    const two = await createNetwork(api, "two");
    for (const [network, name] of [
      [one, "a"],
      [one, "b"],
      [two, "c"],
    ] as const) {
      await create(api, "/api/v2/servers", serverBody(network, {}, { name }));
    }
    assert.deepEqual(await names(api, `/api/v2/servers?networkID=${two}`), ["c"]);
    assert.equal((await names(api, `/api/v2/servers?networkID=${two}&networkID=${one}`)).length, 3);
  });
});
