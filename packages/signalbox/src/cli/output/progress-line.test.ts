import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import type { CliIo } from "../cli-io.ts";
import { ProgressLine } from "./progress-line.ts";

/** What a line of progress writes to a terminal of so many columns; undefined: to a file. */
function written(columns: number | undefined, ...texts: readonly string[]): string {
  const stderr = Object.assign(new PassThrough({ encoding: "utf8" }), { columns });
  const io: CliIo = {
    ...{ stdin: process.stdin, stdout: stderr, stderr, environment: {} },
    isInteractive: columns !== undefined,
    clock: new VirtualClock(),
    signal: new AbortController().signal,
  };
  {
    using line = new ProgressLine(io);
    for (const text of texts) line.show(text);
  }
  return String(stderr.read() ?? "");
}

test("a file gets a line a change, without what would move a cursor", () => {
  assert.equal(written(undefined, "a", "a", "b\rc"), "a\nb?c\n");
});

test("a terminal gets one line, which never wraps, and which is gone at the end", () => {
  const clear = `\r${String.fromCharCode(27)}[K`;
  const [, short, long, end] = written(20, "building", "x".repeat(50)).split(clear);
  assert.equal(short, "building (0 s)");
  assert.equal(long, `${"x".repeat(12)}… (0 s)`);
  assert.ok((long ?? "").length < 20);
  assert.equal(end, "");
});
