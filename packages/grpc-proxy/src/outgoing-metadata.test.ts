import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "@signalbox/grpc";
import { localMetadata, nodeMetadata } from "./outgoing-metadata.ts";

const INCOMING = Metadata.of([
  ["runtime", "Talos"],
  ["nodes", "10.0.0.1"],
  ["nodes", "10.0.0.2"],
  ["node", "10.0.0.3"],
  ["talos-role", "os:admin"],
  ["proxyfrom", "me"],
  ["key", "value1"],
  ["key", "value2"],
]);

test("key values are kept, proxyfrom is the authority, talos-role the roles, sorted", () => {
  const roles = ["os:reader", "os:operator", "os:reader"];
  assert.deepEqual(nodeMetadata(INCOMING, { authority: "127.0.0.1:50000", roles }).entries(), [
    ["runtime", "Talos"],
    ["key", "value1"],
    ["key", "value2"],
    ["proxyfrom", "127.0.0.1:50000"],
    ["talos-role", "os:operator"],
    ["talos-role", "os:reader"],
  ]);
});

test("a caller without roles cannot claim any", () => {
  const outgoing = nodeMetadata(INCOMING, { authority: "", roles: [] });
  assert.deepEqual(outgoing.getAll("talos-role"), []);
  assert.deepEqual(outgoing.getAll("proxyfrom"), ["unknown"]);
  assert.deepEqual(localMetadata(INCOMING, []).getAll("talos-role"), []);
});

test("the service on this machine gets everything else as it came", () => {
  const local = localMetadata(INCOMING, ["os:reader"]);
  assert.deepEqual(local.getAll("nodes"), ["10.0.0.1", "10.0.0.2"]);
  assert.deepEqual(local.getAll("proxyfrom"), ["me"]);
  assert.deepEqual(local.getAll("talos-role"), ["os:reader"]);
});
