import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { at, expectStatus, startApi } from "../testing/api.ts";
import { create, createNetwork, idOf } from "../testing/bodies.ts";

const rule = (fields: object) => ({ direction: "ingress", protocol: "tcp", ...fields });

describe("security groups", () => {
  const world = shared(startApi);

  it("keep their rules in the order in which they were sent", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const rules = [
      rule({ port: 443, prefix: "10.9.8.7/8" }),
      rule({ port: 80, portMax: 90 }),
      rule({ direction: "egress", protocol: "any" }),
    ];
    const body = { metadata: { name: "group" }, spec: { networkId, rules } };
    const group = await create(api, "/api/v2/securitygroups", body);
    assert.deepEqual(at(group, "spec.rules"), rules);
    const replaced = await api.call("PUT", `/api/v2/securitygroups/${idOf(group)}`, {
      as: "user",
      body: { metadata: { name: "other" }, spec: { rules: rules.toReversed() } },
    });
    assert.deepEqual(at(expectStatus(replaced, 202), "spec.rules"), rules.toReversed());
  });

  for (const bad of [
    rule({ prefix: "10.0.0.1" }),
    rule({ prefix: "fd00::/8" }),
    rule({ protocol: "icmp", port: 1 }),
    rule({ port: 90, portMax: 90 }),
    rule({ portMax: 90 }),
    rule({ protocol: "icmp", portMax: 90 }),
    rule({ port: 0 }),
    rule({ port: 65_536 }),
    rule({ protocol: "sctp" }),
  ]) {
    it(`refuse ${JSON.stringify(bad)} with 400`, async () => {
      const api = await world();
      const networkId = await createNetwork(api);
      const body = { metadata: { name: "group" }, spec: { networkId, rules: [bad] } };
      expectStatus(await api.call("POST", "/api/v2/securitygroups", { body }), 400);
    });
  }

  it("need a network that the caller may read", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const body = { metadata: { name: "group" }, spec: { networkId, rules: [] } };
    const post = (as: string) => api.call("POST", "/api/v2/securitygroups", { as, body });
    expectStatus(await post("stranger"), 404);
    expectStatus(await post("reader"), 403);
    expectStatus(await post("user"), 201);
  });
});
