import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test, type TestContext } from "node:test";
import { writeTestBatches } from "./test-batches.ts";

function useDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "test-batches-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

function writeFile(directory: string, name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test("every file is in one batch, and nothing is left of the batches before", (t) => {
  const directory = useDirectory(t);
  const output = join(directory, "batches");
  const files = Array.from({ length: 60 }, (_, n) => writeFile(directory, `${n}.test.ts`, ""));
  writeTestBatches(output, files);
  const batches = writeTestBatches(output, files.slice(1));
  const imported = batches.flatMap((batch) =>
    [...readFileSync(batch, "utf8").matchAll(/^import "(.+)";$/gm)].map(([, path = ""]) =>
      resolve(output, path),
    ),
  );
  assert.deepEqual(imported.toSorted(), files.slice(1).toSorted());
  assert.equal(batches.length, 3);
});

test("hooks that would run for the tests of other files are refused", (t) => {
  const directory = useDirectory(t);
  const inside = writeFile(directory, "a.test.ts", "describe('a', () => {\n  before(f);\n});\n");
  const loose = writeFile(directory, "b.test.ts", "beforeEach(f);\n");
  const output = join(directory, "batches");
  assert.equal(writeTestBatches(output, [inside]).length, 1);
  assert.throws(() => writeTestBatches(output, [inside, loose]), /b\.test\.ts: put its hooks/);
});
