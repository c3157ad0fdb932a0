import assert from "node:assert/strict";
import { test } from "node:test";
import { anyText } from "@signalbox/testing";
import fc from "fast-check";
import { decodeGrpcMessage, encodeGrpcMessage } from "./grpc-message.ts";
import { encodeGrpcTimeout, parseGrpcTimeout } from "./grpc-timeout.ts";
import { Metadata } from "./metadata.ts";

test("grpc-message: the contract's vector", () => {
  assert.equal(encodeGrpcMessage("naïve 100%"), "na%C3%AFve 100%25");
});

test("grpc-message: any text survives, and its form is printable ASCII", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const encoded = encodeGrpcMessage(text);
      assert.match(encoded, /^[\x20-\x7e]*$/);
      assert.equal(decodeGrpcMessage(encoded), text);
    }),
    { seed: 5 },
  );
});

test("grpc-message: what is malformed is kept", () => {
  assert.equal(decodeGrpcMessage("100% %zz %4"), "100% %zz %4");
});

test("grpc-timeout: units, and what is malformed", () => {
  const ms = (text: string): number | undefined => {
    const result = parseGrpcTimeout(text);
    return result.ok ? result.value : undefined;
  };
  assert.deepEqual(["1000000u", "5S", "2M", "1H", "250m", "1000000n", "99999999H"].map(ms), [
    1000,
    5000,
    120_000,
    3_600_000,
    250,
    1,
    99_999_999 * 3_600_000,
  ]);
  for (const text of ["", "S", "5", "123456789S", "-1S", "1x", "1 S", "1.5S"]) {
    assert.equal(ms(text), undefined, text);
  }
});

test("grpc-timeout: the smallest unit that fits, rounded up, never too short", () => {
  assert.equal(encodeGrpcTimeout(1000), "1000000u");
  assert.equal(encodeGrpcTimeout(0), "0n");
  assert.equal(encodeGrpcTimeout(-1), "0n");
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e14, noNaN: true }), (wantedMs) => {
      const parsed = parseGrpcTimeout(encodeGrpcTimeout(wantedMs));
      assert.ok(parsed.ok);
      assert.ok(parsed.value >= wantedMs * (1 - 1e-9), `${parsed.value} < ${wantedMs}`);
    }),
    { seed: 5 },
  );
});

test("metadata keeps repeats apart and in order", () => {
  const metadata = Metadata.of([
    ["Nodes", "a"],
    ["other", "x"],
    ["nodes", "b"],
  ]);
  assert.deepEqual(metadata.getAll("NODES"), ["a", "b"]);
  assert.equal(metadata.get("nodes"), "a");
  assert.deepEqual(metadata.without("nodes").entries(), [["other", "x"]]);
  assert.deepEqual(metadata.concat(Metadata.of([["nodes", "c"]])).getAll("nodes"), ["a", "b", "c"]);
});

test("binary values are unpadded on the way out, and read with or without padding", () => {
  const bytes = Buffer.from([0, 255, 16, 7]);
  const metadata = Metadata.empty.withBinary("x-bin", bytes);
  assert.equal(metadata.get("x-bin"), "AP8QBw");
  assert.deepEqual(metadata.getBinary("x-bin"), bytes);
  assert.deepEqual(Metadata.of([["x-bin", "AP8QBw=="]]).getBinary("x-bin"), bytes);
});
