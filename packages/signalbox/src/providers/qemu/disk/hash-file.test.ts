import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { hashFile } from "./hash-file.ts";

const BYTES = Buffer.alloc(3 * 1024 * 1024, "signalbox");

function file(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-hash-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "file");
  writeFileSync(path, BYTES);
  return path;
}

test("a file's digest is that of its bytes", async (t) => {
  const expected = createHash("sha256").update(BYTES).digest("hex");
  assert.equal(await hashFile(file(t), new AbortController().signal), expected);
});

test("given up, before or on the way, it throws the reason that it was given", async (t) => {
  const path = file(t);
  const reason = new Error("enough");
  await assert.rejects(hashFile(path, AbortSignal.abort(reason)), (error) => error === reason);
  const giving = new AbortController();
  const given = hashFile(path, giving.signal);
  giving.abort(reason);
  await assert.rejects(given, (error) => error === reason);
});
