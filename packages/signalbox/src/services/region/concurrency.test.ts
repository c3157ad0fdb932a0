import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { at, expectStatus, startApi } from "./testing/api.ts";
import { createNetwork, networkBody, serverBody } from "./testing/bodies.ts";

const UPDATE = { metadata: { name: "net" }, spec: { dnsNameservers: [] } };

describe("concurrent writes", () => {
  const world = shared(startApi);

  it("let exactly one of many creates of a name win", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const body = serverBody(networkId);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.call("POST", "/api/v2/servers", { body })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, ...Array<number>(19).fill(409)]);
  });

  it("never let a network's deletion and a create on it both win", async () => {
    const api = await world();
    for (let round = 0; round < 20; round++) {
      const networkId = await createNetwork(api, `net-${round}`);
      const remove = () => api.call("DELETE", `/api/v2/networks/${networkId}`);
      const add = () => api.call("POST", "/api/v2/servers", { body: serverBody(networkId) });
      const calls = round % 2 === 0 ? [remove(), add()] : [add(), remove()];
      const statuses = (await Promise.all(calls)).map(({ status }) => status).sort();
      assert(statuses.includes(409), `one of them is refused: ${statuses.join(", ")}`);
      assert(
        statuses.some((status) => status < 300),
        `one of them wins: ${statuses.join(", ")}`,
      );
    }
  });

  it("refuse a write for a state that is gone", async () => {
    const api = await world();
    const path = `/api/v2/networks/${await createNetwork(api)}`;
    const etag = (await api.call("GET", path)).headers["etag"] ?? "";
    const put = (tag: string) =>
      api.call("PUT", path, { body: UPDATE, headers: { "if-match": tag } });
    expectStatus(await put(etag), 202);
    const stale = expectStatus(await put(etag), 412);
    assert.equal(at(stale, "code"), "precondition_failed");
    expectStatus(await put("*"), 202);
    const removed = await api.call("DELETE", path, { headers: { "if-match": etag } });
    expectStatus(removed, 412);
    const fresh = (await api.call("GET", path)).headers["etag"] ?? "";
    expectStatus(await api.call("DELETE", path, { headers: { "if-match": fresh } }), 202);
  });

  it("replay a create that is repeated under one idempotency key", async (t) => {
    const api = await startApi(t);
    const post = (name: string) =>
      api.call("POST", "/api/v2/networks", {
        body: networkBody(name),
        headers: { "idempotency-key": "once" },
      });
    const first = expectStatus(await post("net"), 201);
    assert.deepEqual(expectStatus(await post("net"), 201), first);
    expectStatus(await post("other"), 409);
    assert.equal(
      (expectStatus(await api.call("GET", "/api/v2/networks"), 200) as object[]).length,
      1,
    );
  });

  it("are read back by whoever made them", async () => {
    const api = await world();
    for (let round = 0; round < 20; round++) {
      const id = await createNetwork(api, `net-${round}`);
      expectStatus(await api.call("GET", `/api/v2/networks/${id}`), 200);
    }
  });
});
