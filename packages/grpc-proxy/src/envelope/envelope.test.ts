import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS, status } from "@signalbox/grpc";
import { metadataEnvelope, noEnvelope, wrappingEnvelope } from "./envelope.ts";
import { failureOfStatus } from "./node-failure.ts";

const DOWN = failureOfStatus(status(STATUS.UNAVAILABLE, "down"));

test("the envelope with metadata", () => {
  const message = Buffer.from("0a00", "hex");
  const tagged = metadataEnvelope.tag(false, "n", message);
  assert.ok(tagged.ok);
  assert.equal(tagged.value.toString("hex"), "0a050a030a016e");
  const streamed = metadataEnvelope.tag(true, "n", message);
  assert.ok(streamed.ok);
  assert.equal(streamed.value.toString("hex"), "0a000a030a016e");
});

test("the wrapping envelope names the node beside the message, whatever it is", () => {
  const streamed = wrappingEnvelope.tag(true, "n", Buffer.from("ff", "hex"));
  assert.ok(streamed.ok);
  assert.equal(streamed.value.toString("hex"), "0a016e1201ff");
  const unary = wrappingEnvelope.tag(false, "n", Buffer.alloc(0));
  assert.ok(unary.ok);
  assert.equal(unary.value.toString("hex"), "0a050a016e1200");
  assert.equal(
    wrappingEnvelope.fold(true, "n", DOWN)?.toString("hex"),
    "0a016e1a08080e1204646f776e",
  );
});

test("without an envelope nothing is changed, and nothing folded", () => {
  const message = Buffer.from("abc");
  const tagged = noEnvelope.tag(false, "n", message);
  assert.ok(tagged.ok && tagged.value === message);
  assert.equal(noEnvelope.fold(false, "n", DOWN), undefined);
});
