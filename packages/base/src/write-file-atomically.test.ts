import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { writeFileAtomically } from "./write-file-atomically.ts";

describe("writeFileAtomically", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "atomic-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test("a file is made for its owner alone, and replaced as a whole", () => {
    const path = join(directory, "file");
    writeFileAtomically(path, "a long first text\n");
    writeFileAtomically(path, "short\n");
    assert.equal(readFileSync(path, "utf8"), "short\n");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(directory), ["file"]);
  });

  test("a failed write leaves what was there and no temporary file", () => {
    const path = join(directory, "taken");
    mkdirSync(path);
    assert.throws(() => writeFileAtomically(path, "text"), { code: "EISDIR" });
    assert.deepEqual(readdirSync(directory), ["taken"]);
  });
});
