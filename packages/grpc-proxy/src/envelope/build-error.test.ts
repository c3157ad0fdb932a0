import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { STATUS, status } from "@signalbox/grpc";
import { appendToReply, hostnameMetadata } from "./append-info.ts";
import { buildError, encodeStatus } from "./build-error.ts";
import { codeName } from "./code-name.ts";
import { bytesField, numberField, textField } from "./field.ts";
import { failureOfStatus, failureOfText, type NodeFailure } from "./node-failure.ts";

const UNAVAILABLE = failureOfStatus(status(STATUS.UNAVAILABLE, "connection refused"));

suite("BuildError", () => {
  // biome-ignore format: a table
  const vectors: readonly (readonly [name: string, failure: NodeFailure, streamed: string, unaryHead: string])[] = [
    ["E1 an error without a status", failureOfText("some error"), "0a270a093132372e302e302e31120a736f6d65206572726f721a0e0802120a736f6d65206572726f72", "0a29"],
    ["E2 UNAVAILABLE", UNAVAILABLE, "0a5c0a093132372e302e302e311237727063206572726f723a20636f6465203d20556e617661696c61626c652064657363203d20636f6e6e656374696f6e20726566757365641a16080e1212636f6e6e656374696f6e2072656675736564", "0a5e"],
    ["E3 NOT_FOUND without a message", failureOfStatus(status(STATUS.NOT_FOUND, "")), "0a330a093132372e302e302e311222727063206572726f723a20636f6465203d204e6f74466f756e642064657363203d201a020805", "0a35"],
  ];
  for (const [name, failure, streamed, unaryHead] of vectors) {
    test(name, () => {
      assert.equal(buildError(true, "127.0.0.1", failure).toString("hex"), streamed);
      assert.equal(buildError(false, "127.0.0.1", failure).toString("hex"), unaryHead + streamed);
    });
  }

  test("details of a status are kept, and broken ones left out", () => {
    const detail = bytesField(3, textField(1, "type.example/Why"));
    const details = Buffer.concat([numberField(1, 5), textField(2, "gone"), detail]);
    const failure = failureOfStatus({ code: STATUS.NOT_FOUND, message: "gone", details });
    assert.deepEqual(encodeStatus(failure), details);
    const broken = { code: STATUS.NOT_FOUND, message: "gone", details: Buffer.from([0xff]) };
    assert.deepEqual(
      encodeStatus(failureOfStatus(broken)),
      Buffer.concat([numberField(1, 5), textField(2, "gone")]),
    );
  });

  test("a code that nobody knows", () => assert.equal(codeName(42), "Code(42)"));
});

test("the whole fan-out of three nodes", () => {
  const reply = (text: string, name: string): Buffer => {
    const result = appendToReply(bytesField(1, textField(2, text)), hostnameMetadata(name));
    assert.ok(result.ok);
    return result.value;
  };
  const down = failureOfStatus(status(STATUS.UNAVAILABLE, "down"));
  const whole = [
    reply("a", "10.0.0.1"),
    reply("b", "10.0.0.2"),
    buildError(false, "10.0.0.3", down),
  ];
  assert.equal(
    Buffer.concat(whole).toString("hex"),
    "0a0f1201610a0a0a0831302e302e302e31" +
      "0a0f1201620a0a0a0831302e302e302e32" +
      "0a410a3f0a0831302e302e302e331229727063206572726f723a20636f6465203d20556e617661696c61626c652064657363203d20646f776e1a08080e1204646f776e",
  );
});
