import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { hasSpoken, lastLines, readConsole } from "./console-log.ts";

test("the last lines, whether or not the text ends with one", () => {
  for (const end of ["", "\n"]) {
    const text = `one\ntwo\nthree${end}`;
    assert.equal(lastLines(text, undefined), text);
    assert.equal(lastLines(text, 0), "");
    assert.equal(lastLines(text, 1), `three${end}`);
    assert.equal(lastLines(text, 2), `two\nthree${end}`);
    assert.equal(lastLines(text, 3), text);
    assert.equal(lastLines(text, 99), text);
  }
  assert.equal(lastLines("", 3), "");
  assert.equal(lastLines("\n\n\n", 2), "\n\n");
});

test("the two segments are read in order, and either may be missing", async () => {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-console-"));
  try {
    assert.equal(await readConsole(directory), "");
    writeFileSync(join(directory, "console.before.log"), "before\n");
    assert.equal(await hasSpoken(directory), false);
    writeFileSync(join(directory, "console.log"), "now\n");
    assert.equal(await readConsole(directory), "before\nnow\n");
    assert.equal(await hasSpoken(directory), true);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
