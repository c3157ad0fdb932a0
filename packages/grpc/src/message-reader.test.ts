import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { encodeFrame } from "./frame.ts";
import type { GrpcStatus } from "./grpc-status.ts";
import type { MessageForm } from "./message-form.ts";
import { MessageReader } from "./message-reader.ts";

interface Reading {
  readonly reader: MessageReader;
  readonly source: PassThrough;
  readonly messages: Buffer[];
  /** The end, or the fault that came instead. */
  readonly end: Promise<GrpcStatus | undefined>;
}

function read(
  form: MessageForm = "payloads",
  onMessage: (reader: MessageReader) => void = () => {},
): Reading {
  const source = new PassThrough();
  const messages: Buffer[] = [];
  const { promise: end, resolve } = Promise.withResolvers<GrpcStatus | undefined>();
  const options = { maxBytes: 100_000, isGzip: true, messages: form };
  const reader: MessageReader = new MessageReader(source, options, {
    onMessage: (message) => {
      messages.push(message);
      onMessage(reader);
    },
    onEnd: () => resolve(undefined),
    onFault: resolve,
  });
  source.on("data", (chunk: Buffer) => reader.push(chunk));
  source.on("end", () => reader.end());
  return { reader, source, messages, end };
}

function framesOf(words: readonly { bytes: Uint8Array; isPacked: boolean }[]): Buffer[] {
  return words.map(
    ({ bytes, isPacked }) => encodeFrame(isPacked ? gzipSync(bytes) : bytes, isPacked).bytes,
  );
}

const words = fc.array(
  fc.record({ bytes: fc.uint8Array({ maxLength: 3_000 }), isPacked: fc.boolean() }),
  { maxLength: 12 },
);

test("any split, and a pause behind any message, give the same messages in their order", async () => {
  const steps = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 20 });
  const pauses = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(words, steps, pauses, async (sent, sizes, paused) => {
      let count = 0;
      const { source, messages, end } = read("payloads", (reader) => {
        if (paused[count++ % paused.length] !== true) return;
        reader.pause();
        const before = messages.length;
        setImmediate(() => {
          assert.equal(messages.length, before, "a message came while reading was paused");
          reader.resume();
        });
      });
      const bytes = Buffer.concat(framesOf(sent));
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = sizes[i % sizes.length] ?? 1;
        source.write(bytes.subarray(at, at + size));
        at += size;
      }
      source.end();
      assert.equal(await end, undefined);
      assert.deepEqual(
        messages.map((message) => message.toString("hex")),
        sent.map((word) => Buffer.from(word.bytes).toString("hex")),
      );
    }),
    { seed: 5, numRuns: 60 },
  );
});

test("frames are handed on as they came", async () => {
  await fc.assert(
    fc.asyncProperty(words, async (sent) => {
      const { source, messages, end } = read("frames");
      const frames = framesOf(sent);
      source.end(Buffer.concat(frames));
      assert.equal(await end, undefined);
      assert.deepEqual(Buffer.concat(messages), Buffer.concat(frames));
    }),
    { seed: 5, numRuns: 60 },
  );
});

test("frames that were packed are handed on unpacked when that is wished, all others as they came", async () => {
  await fc.assert(
    fc.asyncProperty(words, async (sent) => {
      const { source, messages, end } = read("plainFrames");
      source.end(Buffer.concat(framesOf(sent)));
      assert.equal(await end, undefined);
      assert.deepEqual(messages, framesOf(sent.map(({ bytes }) => ({ bytes, isPacked: false }))));
    }),
    { seed: 5, numRuns: 60 },
  );
});

test("garbage ends the reading with a status, and never throws", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (garbage) => {
      const { source, end } = read();
      source.end(garbage);
      const fault = await end;
      assert.ok(fault === undefined || [8, 13].includes(fault.code));
    }),
    { seed: 5 },
  );
});

test("nothing is delivered behind a stop", async () => {
  const { source, reader, messages } = read("payloads", (self) => self.stop());
  const frame = encodeFrame(Buffer.from("x")).bytes;
  source.end(Buffer.concat([frame, frame, frame]));
  await new Promise((resolve) => source.once("end", resolve));
  reader.resume();
  assert.equal(messages.length, 1);
});

test("a message that was being unpacked when reading stopped is not delivered", async () => {
  const { reader, messages, source, end } = read();
  const packed = gzipSync(Buffer.alloc(90_000, "text"), { level: 0 });
  reader.push(encodeFrame(packed, true).bytes);
  reader.stop();
  // Another reader's message, packed later, is unpacked later.
  const other = read();
  other.source.end(encodeFrame(packed, true).bytes);
  await other.end;
  assert.equal(other.messages.length, 1);
  assert.deepEqual(messages, []);
  source.end();
  assert.equal(await Promise.race([end, Promise.resolve("never")]), "never");
});
