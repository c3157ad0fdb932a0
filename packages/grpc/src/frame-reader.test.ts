import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeFrame, type MessageFrame } from "./frame.ts";
import { FrameReader } from "./frame-reader.ts";

const MAX = 1 << 20;

/** Pushes a chunk and reads all that it completes. */
function readAll(reader: FrameReader, chunk: Buffer): MessageFrame[] {
  reader.push(chunk);
  const frames: MessageFrame[] = [];
  for (;;) {
    const result = reader.next();
    assert.ok(result.ok);
    if (result.value === undefined) return frames;
    frames.push(result.value);
  }
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((to, i) => bytes.subarray(at[i], to));
}

test("any split of the bytes gives the same messages", () => {
  const message = fc.record({ bytes: fc.uint8Array({ maxLength: 300 }), flag: fc.boolean() });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), fc.array(fc.nat()), (messages, cuts) => {
      const bytes = Buffer.concat(messages.map(({ bytes: b, flag }) => encodeFrame(b, flag).bytes));
      const reader = new FrameReader(MAX);
      const read = split(bytes, cuts).flatMap((chunk) => readAll(reader, chunk));
      assert.deepEqual(
        read.map(({ payload, isCompressed }) => ({ bytes: [...payload], flag: isCompressed })),
        messages.map(({ bytes: b, flag }) => ({ bytes: [...b], flag })),
      );
      assert.ok(reader.end().ok);
      assert.equal(reader.bufferedBytes, 0);
    }),
    { seed: 5 },
  );
});

test("a message in one chunk is not copied", () => {
  const { bytes } = encodeFrame(Buffer.from("hello"));
  const [frame] = readAll(new FrameReader(MAX), bytes);
  assert.equal(frame?.payload.buffer, bytes.buffer);
  assert.equal(frame.bytes.length, bytes.length);
});

test("a length over the limit is refused before its bytes arrive", () => {
  const head = Buffer.from([0, 0xff, 0xff, 0xff, 0xff]);
  const reader = new FrameReader(MAX);
  reader.push(head);
  assert.deepEqual(reader.next(), {
    ok: false,
    error: { type: "too_large", bytes: 0xffffffff },
  });
});

test("a flag that is neither 0 nor 1 is a fault, and then nothing more is read", () => {
  const reader = new FrameReader(MAX);
  reader.push(Buffer.from([2, 0, 0, 0, 0]));
  assert.deepEqual(reader.next(), { ok: false, error: { type: "bad_flag", flag: 2 } });
  assert.deepEqual(readAll(reader, encodeFrame(Buffer.from("x")).bytes), []);
  assert.equal(reader.bufferedBytes, 0);
});

test("an end inside a message is told", () => {
  const reader = new FrameReader(MAX);
  reader.push(Buffer.from([0, 0, 0]));
  assert.deepEqual(reader.end(), { ok: false, error: { type: "truncated" } });
});

test("garbage never throws and never buffers more than a message and a chunk", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
      const reader = new FrameReader(100);
      for (const chunk of chunks) {
        reader.push(Buffer.from(chunk));
        for (let next = reader.next(); next.ok && next.value !== undefined; ) next = reader.next();
        assert.ok(reader.bufferedBytes <= 105 + 64);
      }
      reader.end();
    }),
    { seed: 5 },
  );
});

test("a reader may stop between two messages", () => {
  const reader = new FrameReader(MAX);
  const two = [encodeFrame(Buffer.from("a")).bytes, encodeFrame(Buffer.from("bc")).bytes];
  reader.push(Buffer.concat(two));
  assert.equal(text(reader), "a");
  assert.equal(reader.bufferedBytes, 7);
  assert.equal(text(reader), "bc");
  assert.equal(text(reader), undefined);
});

function text(reader: FrameReader): string | undefined {
  const result = reader.next();
  assert.ok(result.ok);
  return result.value?.payload.toString();
}
