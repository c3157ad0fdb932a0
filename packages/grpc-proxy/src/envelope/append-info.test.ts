import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import fc from "fast-check";
import { appendToReply, appendToStreamed, hostnameMetadata } from "./append-info.ts";
import { bytesField } from "./field.ts";
import { varint } from "./varint.ts";
import { walkFields } from "./walk-fields.ts";

const LOCAL = hostnameMetadata("127.0.0.1");
const P = "0a0b0a093132372e302e302e31";

function append(hex: string, target = "127.0.0.1"): string {
  const result = appendToReply(Buffer.from(hex, "hex"), hostnameMetadata(target));
  return result.ok ? result.value.toString("hex") : result.error;
}

/** A reply whose message is `12`, the length, and that many `x`. */
function filled(count: number): Buffer {
  return bytesField(1, bytesField(2, Buffer.alloc(count, "x")));
}

suite("AppendInfo, unary", () => {
  // biome-ignore format: a table
  const vectors: readonly (readonly [name: string, input: string, output: string])[] = [
    ["A1 one reply", "0a081206666f6f626172", "0a151206666f6f6261720a0b0a093132372e302e302e31"],
    ["A2 an empty message", "0a00", "0a0d0a0b0a093132372e302e302e31"],
    ["A9 a message with an error of its own", "0a0b0a0612046f6f7073120161", "0a180a0612046f6f70731201610a0b0a093132372e302e302e31"],
    ["A10 the length is too big", "0a05120161", "0a101201610a0b0a093132372e302e302e31"],
    ["A11 the length is too small", "0a01120161", "0a101201610a0b0a093132372e302e302e31"],
    ["A12 a tag that is not minimal", "8a0000", "0a0d0a0b0a093132372e302e302e31"],
    ["A12 a length that is not minimal", "0a8300120161", "0a101201610a0b0a093132372e302e302e31"],
    ["A13 two messages, each tagged", "0a031201610a03120162", `0a10120161${P}0a10120162${P}`],
    ["A14 no message: one is made", "", "0a0d0a0b0a093132372e302e302e31"],
    ["A15 truncated: a tag alone", "0a", "unexpected EOF"],
    ["A15 truncated: a length", "0a80", "unexpected EOF"],
    ["A15 truncated: another tag alone", "12", "unexpected EOF"],
    ["A16 another field", "1200", "unexpected message format: 18"],
    ["A16 another wire type", "0801", "unexpected message format: 8"],
    ["A17 a length of more than 64 bits", "0affffffffffffffffff7f", "proto: variable length integer overflow"],
    ["A17 a tag of more than 64 bits", "ffffffffffffffffff0200", "proto: variable length integer overflow"],
    ["unknown records around the message are passed on", "18010a03120161220179", `18010a10120161${P}220179`],
    ["an unknown group is passed on", "0a001b08011c", `0a0d${P}1b08011c`],
  ];
  for (const [name, input, output] of vectors) {
    test(name, () => assert.equal(append(input), output));
  }

  // biome-ignore format: a table
  const long: readonly (readonly [name: string, count: number, bytes: number, sha256: string])[] = [
    ["A3 a message of 203 bytes", 200, 219, "f38dfdff7dd8e4b1"],
    ["A4 a message that grows to 127 bytes", 112, 129, "a9c04a35aeb7f170"],
    ["A5 a message that grows to 128 bytes, its head with it", 113, 131, "cab0d51e3abe00ce"],
    ["A6 a message that grows to 16383 bytes", 16_367, 16_386, "ee0488a04ca8f462"],
    ["A7 a message that grows to 16384 bytes", 16_368, 16_388, "4fda253b6aa4848f"],
    ["A8 a message of 20000 bytes", 19_996, 20_017, "b896d1cf5e69ec65"],
  ];
  for (const [name, count, bytes, sha256] of long) {
    test(name, () => {
      const result = appendToReply(filled(count), LOCAL);
      assert.ok(result.ok);
      assert.equal(result.value.length, bytes);
      const digest = createHash("sha256").update(result.value).digest("hex");
      assert.equal(digest.slice(0, 16), sha256);
    });
  }

  test("A18 an IPv6 target", () =>
    assert.equal(append("0a00", "fd00::1"), "0a0b0a090a07666430303a3a31"));

  test("A19 a target of 200 letters", () => {
    const name = "n".repeat(200);
    assert.equal(append("0a00", name), `0ace010acb010ac801${Buffer.from(name).toString("hex")}`);
  });
});

suite("AppendInfo, streaming", () => {
  // biome-ignore format: a table
  const vectors: readonly (readonly [name: string, input: string])[] = [
    ["S1 a message", "1206666f6f626172"],
    ["S2 an empty message", ""],
    ["S3 garbage", "ff"],
    ["S4 a message with an error of its own", "0a161214736f6d657468696e672077656e742077726f6e67"],
  ];
  for (const [name, input] of vectors) {
    test(name, () => {
      const output = appendToStreamed(Buffer.from(input, "hex"), LOCAL).toString("hex");
      assert.equal(output, input + P);
    });
  }
});

suite("any bytes", () => {
  const SEED = { seed: 5, numRuns: 2_000 };

  test("never throw, and what comes out begins with a record or is refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
        const result = appendToReply(Buffer.from(input), LOCAL);
        assert.ok(result.ok ? result.value.length > LOCAL.length : result.error.length > 0);
      }),
      SEED,
    );
  });

  test("any number of messages: each is tagged, none is lost, the rest is untouched", () => {
    const record = fc.tuple(fc.constantFrom(1, 2, 9), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (records) => {
        const input = Buffer.concat(records.map(([field, content]) => bytesField(field, content)));
        const result = appendToReply(input, LOCAL);
        assert.equal(
          result.ok,
          records.some(([field]) => field === 1),
        );
        if (!result.ok) return;
        const fields = walkFields(result.value);
        assert.ok(fields.ok);
        const expected = records.map(([field, content]) =>
          field === 1 ? Buffer.concat([content, LOCAL]) : Buffer.from(content),
        );
        assert.deepEqual(
          fields.value.map(({ content }) => content),
          expected,
        );
      }),
      SEED,
    );
  });

  test("records of every wire type are walked", () => {
    const bytes = Buffer.concat([varint(8), varint(300), varint(17), Buffer.alloc(8), varint(29)]);
    assert.equal(walkFields(bytes).ok, false);
    const whole = walkFields(Buffer.concat([bytes, Buffer.alloc(4)]));
    assert.ok(whole.ok);
    assert.deepEqual(
      whole.value.map(({ number, raw }) => [number, raw.length]),
      [
        [1, 3],
        [2, 9],
        [3, 5],
      ],
    );
  });

  test("groups nested without end are refused", () => {
    assert.equal(walkFields(Buffer.alloc(10_000, 0x0b)).ok, false);
  });
});
