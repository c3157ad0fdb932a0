import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointAddress } from "./endpoint-address.ts";

const ENDPOINTS = [
  ["10.0.0.1", "10.0.0.1:50000"],
  ["10.0.0.1:6443", "10.0.0.1:6443"],
  ["node.example", "node.example:50000"],
  ["fd00::1", "[fd00::1]:50000"],
  ["[fd00::1]", "[fd00::1]:50000"],
  ["[fd00::1]:7", "[fd00::1]:7"],
  ["https://node.example", "node.example:443"],
  ["https://node.example/", "node.example:443"],
  ["https://node.example:8443", "node.example:8443"],
  ["https://[fd00::1]", "[fd00::1]:443"],
] as const;

for (const [endpoint, address] of ENDPOINTS) {
  test(`the endpoint ${endpoint} is at ${address}`, () =>
    assert.equal(endpointAddress(endpoint), address));
}
