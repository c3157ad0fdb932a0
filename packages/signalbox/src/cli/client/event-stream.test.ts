import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseEventStream, type StreamEvent } from "./event-stream.ts";

async function* pieces(text: string, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const to = Math.min(bytes.length, Math.max(from, cut));
    if (to > from) yield bytes.subarray(from, to);
    from = to;
  }
  if (from < bytes.length) yield bytes.subarray(from);
}

async function parse(text: string, cuts: readonly number[] = []): Promise<StreamEvent[]> {
  return await Array.fromAsync(parseEventStream(pieces(text, cuts)));
}

test("fields, comments, several data lines and the last id", async () => {
  assert.deepEqual(await parse(": hello\nid: 7\nevent: updated\ndata: a\ndata:b\n\ndata: c\n\n"), [
    { id: "7", event: "updated", data: "a\nb" },
    { id: "7", event: "message", data: "c" },
  ]);
});

test("an event that is not ended by an empty line is not given out", async () => {
  assert.deepEqual(await parse("data: a\n"), []);
});

test("any split of the bytes gives the same events, for each line ending", async () => {
  const text = "id: 1\r\nevent: é\r\ndata: ü€𝄞\r\n\r\n: x\ndata: 2\n\n";
  const whole = await parse(text);
  assert.equal(whole.length, 2);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(Buffer.byteLength(text))), async (cuts) => {
      assert.deepEqual(await parse(text, cuts), whole);
    }),
    { seed: 83 },
  );
});

test("garbage never throws", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      await parse(text);
    }),
    { seed: 84 },
  );
});
