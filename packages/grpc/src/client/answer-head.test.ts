import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAnswerEnd, parseAnswerHead } from "./answer-head.ts";
import { callHeaders } from "./call-head.ts";
import { Metadata } from "../metadata.ts";

test("any subtype of application/grpc is gRPC", () => {
  const types = ["application/grpc", "application/grpc+proto", "application/grpc;x"];
  for (const type of [...types, "application/grpc+proxy>proto"]) {
    const head = parseAnswerHead([":status", "200", "content-type", type, "a", "1", "a", "2"]);
    assert.ok(head.ok, type);
    assert.deepEqual(head.value.metadata.entries(), [
      ["a", "1"],
      ["a", "2"],
    ]);
    assert.equal(head.value.encoding, "identity");
  }
});

test("a text that is encoded badly is shown as it came", () => {
  const { status } = parseAnswerEnd(["grpc-status", "5", "grpc-message", "100%, %zz %C3%AF"], 200);
  assert.deepEqual(status, { code: 5, message: "100%, %zz ï" });
});

test("details are taken out of the trailers, padded or not", () => {
  for (const details of ["AQI=", "AQI"]) {
    const raw = ["grpc-status", "0", "grpc-status-details-bin", details, "t", "1"];
    const { status, trailers } = parseAnswerEnd(raw, 200);
    assert.deepEqual(Buffer.from(status.details ?? []), Buffer.from([1, 2]));
    assert.deepEqual(trailers.entries(), [["t", "1"]]);
  }
});

test("the headers of a call: what is reserved or cannot be sent is left out", () => {
  const head = {
    scheme: "http",
    authority: "node:1",
    path: "/t.T/Call",
    userAgent: "test",
    encoding: "gzip",
    timeLeftMs: 1_000,
    metadata: Metadata.of([
      ["nodes", "a"],
      ["nodes", "b"],
      ["te", "x"],
      ["grpc-timeout", "1S"],
      [":path", "/evil"],
      ["connection", "close"],
      ["bad name", "x"],
      ["line", "a\r\nb"],
    ]),
  } as const;
  assert.deepEqual(callHeaders(head).slice(12), [
    "user-agent",
    "test",
    "grpc-accept-encoding",
    "gzip",
    "grpc-encoding",
    "gzip",
    "grpc-timeout",
    "1000000u",
    "nodes",
    "a",
    "nodes",
    "b",
  ]);
});
