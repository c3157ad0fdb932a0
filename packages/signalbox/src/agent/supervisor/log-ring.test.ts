import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineJoiner } from "./line-joiner.ts";
import { LogRing } from "./log-ring.ts";

const KEPT = 32 * 1024;

/** All that is there from a position on. */
function rest(ring: LogRing, from: number): string {
  const pieces: Buffer[] = [];
  for (let piece = ring.read(from); piece !== undefined; piece = ring.read(piece.next)) {
    pieces.push(piece.bytes);
  }
  return Buffer.concat(pieces).toString();
}

function ringOf(text: string): LogRing {
  const ring = new LogRing(KEPT);
  ring.append(Buffer.from(text));
  return ring;
}

test("the last lines", () => {
  for (const [text, lines, expected] of [
    ["a\nb\nc\n", 2, "b\nc\n"],
    ["a\nb\nc\n", 0, ""],
    ["a\nb\nc\n", 3, "a\nb\nc\n"],
    ["a\nb\nc\n", 9, "a\nb\nc\n"],
    ["a\nb\nc\n", -1, "a\nb\nc\n"],
    ["a\nb\nc", 1, "c"],
    ["\n\n\n", 2, "\n\n"],
    ["", 5, ""],
    ["", -1, ""],
  ] as const) {
    const ring = ringOf(text);
    assert.equal(rest(ring, ring.tailStart(lines)), expected, JSON.stringify([text, lines]));
  }
});

test("any lines come back, as many as asked for and as are kept, never half a one", () => {
  const line = fc.string({ maxLength: 400 }).map((text) => `${text.replaceAll("\n", "")}\n`);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 300 }), fc.nat(300), (lines, wanted) => {
      const ring = new LogRing(KEPT);
      for (const text of lines) ring.append(Buffer.from(text));
      const all = lines.join("");
      const kept = rest(ring, ring.tailStart(-1));
      assert.ok(all.endsWith(kept));
      assert.ok(kept.length === all.length || Buffer.byteLength(kept) > KEPT - 1000);
      assert.ok(kept === all || all.at(-kept.length - 1) === "\n");
      const tail = rest(ring, ring.tailStart(wanted));
      const expected = wanted === 0 ? "" : lines.slice(-wanted).join("");
      assert.equal(tail, expected.length <= kept.length ? expected : kept);
    }),
    { seed: 31, numRuns: 200 },
  );
});

test("memory is bounded, and who is slow goes on with a whole line", () => {
  const ring = new LogRing(KEPT);
  for (let n = 0; n < 20_000; n++) ring.append(Buffer.from(`line ${n}\n`));
  const text = rest(ring, 3);
  assert.match(text, /^line \d+\n/);
  assert.ok(text.endsWith("line 19999\n"));
  assert.ok(text.length <= KEPT + 16 * 1024 && text.length > KEPT - 100);
});

test("a line longer than all that is kept does not hide the log", () => {
  const ring = new LogRing(KEPT);
  ring.append(Buffer.alloc(200_000, "x"));
  assert.ok(rest(ring, ring.tailStart(1)).length >= KEPT);
  assert.ok(rest(ring, 0).length >= KEPT);
});

test("waiting for more ends with more, or with the call", async () => {
  const ring = ringOf("a\n");
  const over = new AbortController();
  const more = ring.reached(ring.end, over.signal);
  ring.append(Buffer.from("b\n"));
  await more;
  const never = ring.reached(ring.end, over.signal);
  over.abort();
  await never;
});

test("two streams do not break into each other's lines", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.nat(1)), (texts, turns) => {
      const written: string[] = [];
      const joiners = [0, 1].map(() => new LineJoiner((lines) => written.push(lines.toString())));
      texts.forEach((text, index) => joiners[turns[index] ?? 0]?.push(Buffer.from(text)));
      for (const joiner of joiners) joiner.end();
      assert.ok(written.every((lines) => lines.endsWith("\n")));
      const bytes = (all: readonly string[]): number => all.join("").replaceAll("\n", "").length;
      assert.equal(bytes(written), bytes(texts));
    }),
    { seed: 32 },
  );
});

test("a line without end is passed on in pieces", () => {
  const written: Buffer[] = [];
  const joiner = new LineJoiner((lines) => written.push(lines));
  for (let n = 0; n < 100; n++) joiner.push(Buffer.alloc(1000, "x"));
  assert.ok(written.length >= 5);
  assert.ok(written.every(({ length }) => length < 20_000));
});
