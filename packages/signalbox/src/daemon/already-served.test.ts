import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Problem } from "@signalbox/base";
import { alreadyServed } from "./already-served.ts";
import { dataFiles } from "./data-files.ts";
import { writeEndpoints } from "./endpoints-file.ts";

test("who finds the store held is told by whom, as far as that is known", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-served-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const files = dataFiles(directory);
  const locked = new Problem("store_locked", "another process holds it");

  for (const unusable of [undefined, "", "null", '"x"', "{"]) {
    if (unusable !== undefined) writeFileSync(files.endpoints, unusable);
    assert.equal(alreadyServed(files, locked), locked);
  }
  writeEndpoints(files.endpoints, { rest: "http://127.0.0.1:6080" });
  const { code, message } = alreadyServed(files, locked);
  assert.equal(code, "store_locked");
  const known = `another daemon serves from ${directory} already at http://127.0.0.1:6080; use that one`;
  assert.ok(message.startsWith(known), message);
  writeEndpoints(files.endpoints, { xds: "127.0.0.1:18000" });
  assert.match(alreadyServed(files, locked).message, / serves from \S+ already; use that one/);
});
