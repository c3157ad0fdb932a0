import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { at, expectStatus, startApi } from "../testing/api.ts";
import { ABSENT_ID, createNetwork, createServer, networkBody } from "../testing/bodies.ts";

describe("appendix B: transport and errors", () => {
  const world = shared(startApi);

  it("1: a malformed id without credentials is 401, with them 400", async () => {
    const api = await world();
    expectStatus(await api.call("GET", "/api/v2/servers/not-a-uuid", { as: "" }), 401);
    const body = expectStatus(await api.call("GET", "/api/v2/servers/not-a-uuid"), 400);
    assert.equal(at(body, "error"), "invalid_request");
    assert.match(String(at(body, "error_description")), /invalid path\/query element/);
  });

  it("2: an unknown method is 405 with Allow", async () => {
    const api = await world();
    const answer = await api.call("PATCH", "/api/v2/servers");
    expectStatus(answer, 405);
    assert.match(answer.headers["allow"] ?? "", /GET.*POST/);
  });

  it("3: a preflight is 204 with the four headers, 400 or 404 when it asks for nothing we have", async () => {
    const api = await world();
    const preflight = (method?: string) => {
      const wanted = method === undefined ? {} : { "access-control-request-method": method };
      const headers = { origin: "https://a.example", ...wanted };
      return api.call("OPTIONS", "/api/v2/servers", { as: "", headers });
    };
    for (const [method, status] of [
      [undefined, 400],
      ["PATCH", 404],
    ] as const) {
      const refused = await preflight(method);
      expectStatus(refused, status);
      assert.equal(refused.headers["access-control-allow-origin"], "*");
    }
    const good = await preflight("POST");
    expectStatus(good, 204);
    assert.match(good.headers["access-control-allow-methods"] ?? "", /GET.*POST/);
    const allowed = (good.headers["access-control-allow-headers"] ?? "").toLowerCase();
    for (const name of ["authorization", "content-type", "traceparent", "tracestate"]) {
      assert(allowed.includes(name), name);
    }
  });

  it("16: errors have the three fields, a code of the catalogue, and are not cached", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    await createServer(api, networkId);
    const post = (body: object | undefined, more: object = {}) =>
      api.call("POST", "/api/v2/networks", { ...more, ...(body === undefined ? {} : { body }) });
    const large = networkBody("net", {}, { description: "x".repeat(2 ** 20) });
    const reservations = { prefixLength: 10 };
    const typed = { headers: { "content-type": "text/plain" } };
    // biome-ignore format: a table reads best with one row a line
    const answers = [
      [await post({}),                                                400, "invalid_request"],
      [await post(undefined),                                         400, "invalid_request"],
      [await api.call("GET", "/api/v2/servers", { as: "" }),          401, "access_denied"],
      [await post(networkBody(), { as: "reader" }),                   403, "forbidden"],
      [await api.call("GET", `/api/v2/servers/${ABSENT_ID}`),         404, "not_found"],
      [await api.call("GET", "/api/v3/servers"),                      404, "not_found"],
      [await api.call("DELETE", "/api/v2/servers"),                   405, "method_not_allowed"],
      [await api.call("DELETE", `/api/v2/networks/${networkId}`),     409, "conflict"],
      [await post(large),                                             413, "request_entity_too_large"],
      [await post({}, typed),                                         415, "unsupported_media_type"],
      [await post(networkBody("net", { reservations })),              422, "unprocessable_content"],
    ] as const;
    for (const [answer, status, error] of answers) {
      const body = expectStatus(answer, status);
      assert.equal(at(body, "error"), error);
      assert.equal(typeof at(body, "error_description"), "string");
      assert.match(String(at(body, "trace_id")), /^[0-9a-f]{32}$/);
      assert.equal(answer.headers["cache-control"], "no-cache");
      assert.equal(answer.headers["content-type"], "application/json");
    }
  });
});
