import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { type Api, at, expectStatus, startApi } from "../region/testing/api.ts";
import { networkBody } from "../region/testing/bodies.ts";

// compute-api §8 row 32, and §1.1 for names.

const tag = (name: string, value = "v") => ({ name, value });
const tags = (count: number) => Array.from({ length: count }, (_, index) => tag(`t${index}`));

async function post(api: Api, name: string, metadata: object, as = "user"): Promise<number> {
  const body = networkBody(name, {}, metadata);
  return (await api.call("POST", "/api/v2/networks", { as, body })).status;
}

describe("metadata", () => {
  const world = shared(startApi);

  // biome-ignore format: a table reads best with one row a line
  const rows: readonly (readonly [string, string, object, number])[] = [
    ["a name of one character",        "a",              {},                                  201],
    ["a name of 63 characters",        "a".repeat(63),   {},                                  201],
    ["a name of 64 characters",        "a".repeat(64),   {},                                  400],
    ["an empty name",                  "",               {},                                  400],
    ["a name that ends in a hyphen",   "a-",             {},                                  400],
    ["a name with a line break",       "a\n",            {},                                  400],
    ["the longest description",        "a",              { description: "x".repeat(4096) },   201],
    ["a longer description",           "a",              { description: "x".repeat(4097) },   400],
    ["64 tags",                        "a",              { tags: tags(64) },                  201],
    ["65 tags",                        "a",              { tags: tags(65) },                  400],
    ["the longest tag",                "a",              { tags: [tag("n".repeat(256), "v".repeat(1024))] }, 201],
    ["a longer tag name",              "a",              { tags: [tag("n".repeat(257))] },    400],
    ["a longer tag value",             "a",              { tags: [tag("n", "v".repeat(1025))] }, 400],
    ["a tag that is a service's",      "a",              { tags: [tag("compute.unikorn-cloud.org:x")] }, 422],
  ];
  for (const [what, name, metadata, status] of rows) {
    it(`with ${what} is answered ${status}`, async () => {
      assert.equal(await post(await world(), name, metadata), status);
    });
  }

  it("is searched by tag values that hold an equals sign", async () => {
    const api = await world();
    assert.equal(await post(api, "a", { tags: [tag("key", "x=y")] }), 201);
    const find = async (filter: string) =>
      expectStatus(await api.call("GET", `/api/v2/networks?tag=${filter}`), 200);
    assert.equal(at(await find("key=x=y"), "0.metadata.name"), "a");
    assert.deepEqual(await find("key=x"), []);
  });
});
