import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { unreadableFile } from "./unreadable-file.ts";

function messageFor(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return unreadableFile(`the file ${path}`, error).message;
  }
}

test("why a file cannot be read is told", () => {
  const file = import.meta.filename;
  assert.equal(
    messageFor(`${file}.gone`),
    `the file ${file}.gone cannot be read: it does not exist`,
  );
  assert.match(messageFor(import.meta.dirname), /cannot be read: it is a directory$/);
  assert.match(messageFor(`${file}/x`), /cannot be read: a part of its path is a file/);
});
