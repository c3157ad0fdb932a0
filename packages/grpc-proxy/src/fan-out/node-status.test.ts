import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "@signalbox/grpc";
import { nodeStatusTrailers, wantsNodeStatus } from "./node-status.ts";

test("one field a node, in the order of the request", () => {
  const trailers = nodeStatusTrailers([
    { name: "10.0.0.2", code: 0 },
    { name: "fd00::1", code: 14 },
    { name: "10.0.0.2", code: 0 },
  ]);
  assert.deepEqual(trailers.getAll("node-status"), ["10.0.0.2 0", "fd00::1 14", "10.0.0.2 0"]);
});

test("a name cannot break the field", () => {
  const [field] = nodeStatusTrailers([{ name: "a b,c%\r\nü", code: 5 }]).getAll("node-status");
  assert.equal(field, "a%20b%2Cc%25%0D%0A%C3%BC 5");
});

test("only when asked for", () => {
  assert.equal(wantsNodeStatus(Metadata.empty), false);
  assert.equal(wantsNodeStatus(Metadata.of([["Node-Status", ""]])), true);
});
