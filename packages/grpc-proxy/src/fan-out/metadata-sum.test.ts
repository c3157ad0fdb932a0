import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "@signalbox/grpc";
import { MetadataSum } from "./metadata-sum.ts";

test("what does not fit is left out, of one node alone", () => {
  const sum = new MetadataSum();
  sum.add(Metadata.of([["x-node", "a"]]));
  sum.add(Metadata.of([["x-node", "b".repeat(32 * 1024)]]));
  sum.add(Metadata.of(Array.from({ length: 1_000 }, () => ["x", ""] as const)));
  sum.add(Metadata.of([["x-node", "c"]]));
  assert.deepEqual(sum.metadata.entries(), [
    ["x-node", "a"],
    ["x-node", "c"],
  ]);
});
