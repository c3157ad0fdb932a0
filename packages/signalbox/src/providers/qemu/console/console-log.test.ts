import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { hasSpoken, readConsole } from "./console-log.ts";

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
