import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { shared } from "@signalbox/testing";
import { type Api, at, expectStatus, startApi } from "../region/testing/api.ts";
import { cluster, contentsOf, createGroup, put } from "./testing/groups.ts";

interface Row {
  readonly revision: number;
  readonly by: string;
  readonly action: string;
  readonly canRollBack: boolean;
}

async function historyOf(api: Api, group: string): Promise<readonly Row[]> {
  return expectStatus(await api.call("GET", `${group}/history`), 200) as readonly Row[];
}

function rollBack(api: Api, group: string, revision: number, query = "") {
  return api.call("POST", `${group}/rollback${query}`, { body: { revision } });
}

const slow = (seconds: number) => cluster("web", { connect_timeout: `${seconds}s` });

describe("the history of an xDS group", () => {
  const world = shared(startApi);

  it("says who changed what", async () => {
    const api = await world();
    const group = await createGroup(api);
    await put(api, group, "cluster", slow(1));
    const path = `${group}/resources/cluster/web`;
    expectStatus(await api.call("PUT", path, { body: slow(2), as: "user" }), 200);
    expectStatus(await api.call("DELETE", path, { as: "owner" }), 200);
    const rows = await historyOf(api, group);
    assert.deepEqual(
      rows.map(({ revision, by, action }) => `${revision} ${by} ${action}`),
      ["4 owner delete", "3 user put", "2 admin put", "1 admin create"],
    );
    const third = expectStatus(await api.call("GET", `${group}/history/3`), 200);
    assert.equal(at(third, "changes.0.change"), "updated");
    expectStatus(await api.call("GET", `${group}/history/5`), 404);
    expectStatus(await api.call("GET", `${group}/history/x`), 400);
  });

  it("brings back any revision that is kept, however it came about", async (t) => {
    const api = await startApi(t, { xdsLimits: { maxRevisions: 100 } });
    const step = fc.oneof(
      fc.record({ put: fc.constantFrom("a", "b", "c"), seconds: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ remove: fc.constantFrom("a", "b", "c") }),
      fc.record({ all: fc.subarray(["a", "b", "c"]) }),
      fc.record({ back: fc.double({ min: 0, max: 1, noNaN: true }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const group = await createGroup(api);
        const seen = new Map([[1, await contentsOf(api, group)]]);
        const present = async () =>
          Number(at((await api.call("GET", group)).body, "status.revision"));
        for (const each of steps) {
          if ("put" in each) {
            const body = cluster(each.put, { connect_timeout: `${each.seconds}s` });
            await put(api, group, "cluster", body);
          } else if ("remove" in each) {
            expectStatus(
              await api.call("DELETE", `${group}/resources/cluster/${each.remove}`),
              200,
            );
          } else if ("all" in each) {
            const resources = each.all.map((name) => ({ resource: cluster(name) }));
            expectStatus(await api.call("PUT", `${group}/resources`, { body: { resources } }), 200);
          } else {
            const to = 1 + Math.floor(each.back * ((await present()) - 1));
            expectStatus(await rollBack(api, group, to), 200);
            assert.deepEqual(await contentsOf(api, group), seen.get(to));
          }
          seen.set(await present(), await contentsOf(api, group));
        }
        for (const [revision, contents] of seen) {
          expectStatus(await rollBack(api, group, revision), 200);
          assert.deepEqual(await contentsOf(api, group), contents);
        }
        expectStatus(await api.call("DELETE", group), 202);
      }),
      { seed: 20261121, numRuns: 25 },
    );
  });

  it("brings back endpoints from servers, and is tried on without a write", async () => {
    const api = await world();
    const endpoints = [{ cluster: "web", port: 80, from: { tags: { a: "b" } } }];
    const group = await createGroup(api, "edge", { endpoints });
    const body = { metadata: { name: "edge" }, spec: { nodes: { ids: ["n"] } } };
    expectStatus(await api.call("PUT", group, { body }), 200);
    const tried = expectStatus(await rollBack(api, group, 1, "?dryRun=true"), 200);
    assert.equal(at(tried, "endpointsChanged"), true);
    const spec = async () => at((await api.call("GET", group)).body, "spec");
    assert.deepEqual(at(await spec(), "endpoints"), []);
    expectStatus(await rollBack(api, group, 1), 200);
    assert.deepEqual(at(await spec(), "endpoints"), endpoints);
    assert.deepEqual(at(await spec(), "nodes.ids"), ["n"], "nodes stay");
    expectStatus(await rollBack(api, group, 9), 404);
  });

  it("keeps so many revisions", async (t) => {
    const api = await startApi(t, { xdsLimits: { maxRevisions: 3 } });
    const group = await createGroup(api);
    for (let n = 1; n <= 5; n++) await put(api, group, "cluster", slow(n));
    const rows = await historyOf(api, group);
    assert.deepEqual(
      rows.map(({ revision, canRollBack }) => [revision, canRollBack]),
      [
        [6, true],
        [5, true],
        [4, true],
      ],
    );
    expectStatus(await rollBack(api, group, 2), 410);
    expectStatus(await rollBack(api, group, 3), 200);
    const read = await api.call("GET", `${group}/resources/cluster/web`);
    assert.equal(at(read.body, "resource.connect_timeout"), "2s");
  });

  it("keeps so many bytes, and a revision too large for it cannot be undone", async (t) => {
    const api = await startApi(t, { xdsLimits: { maxHistoryBytes: 2_000 } });
    const group = await createGroup(api);
    const wide = (text: string) => cluster("web", { alt_stat_name: text.repeat(700) });
    for (const text of ["a", "b", "c", "d"]) await put(api, group, "cluster", wide(text));
    const rows = await historyOf(api, group);
    assert.deepEqual(
      rows.map(({ revision }) => revision),
      [5],
    );
    await put(api, group, "cluster", cluster("web", { alt_stat_name: "e".repeat(3_000) }));
    await put(api, group, "cluster", slow(1));
    assert.equal((await historyOf(api, group))[0]?.revision, 7);
    expectStatus(await rollBack(api, group, 6), 410);
  });
});
