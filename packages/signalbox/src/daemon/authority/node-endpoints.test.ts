import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeEndpoints } from "./node-endpoints.ts";

const FACTS = { bound: "127.0.0.1:41000", names: [], hostname: "build-host" };
const NAMES = ["api.example.com", "192.0.2.1", "2001:db8::1"];

const CASES = [
  { ...FACTS, listen: "off", bound: undefined, endpoints: [] },
  { ...FACTS, listen: "127.0.0.1:0", endpoints: ["127.0.0.1:41000"] },
  { ...FACTS, listen: "127.0.0.1:0", names: NAMES, endpoints: ["127.0.0.1:41000"] },
  { ...FACTS, listen: "[::1]:0", bound: "[::1]:41000", endpoints: ["[::1]:41000"] },
  { ...FACTS, listen: "0.0.0.0:0", endpoints: ["build-host:41000"] },
  { ...FACTS, listen: "[::]:0", bound: "[::1]:41000", endpoints: ["build-host:41000"] },
  {
    ...FACTS,
    listen: "0.0.0.0:0",
    names: NAMES,
    endpoints: ["api.example.com:41000", "192.0.2.1:41000", "[2001:db8::1]:41000"],
  },
];
for (const { endpoints, ...facts } of CASES) {
  test(`${facts.listen}, bound to ${facts.bound ?? "nothing"}, with ${facts.names.length} names`, () => {
    assert.deepEqual(nodeEndpoints(facts), endpoints);
  });
}
