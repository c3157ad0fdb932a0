import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createLog } from "@signalbox/base";
import { dataFiles } from "./data-files.ts";
import { warnOfLooseModes } from "./loose-modes.ts";

test("what other users may change, and secrets that they may read, are complained of", (t) => {
  const files = dataFiles(mkdtempSync(join(tmpdir(), "modes-")));
  t.after(() => rmSync(files.directory, { recursive: true }));
  const complaints = (): string[] => {
    const lines: string[] = [];
    warnOfLooseModes(files, createLog({ destination: { write: (line) => void lines.push(line) } }));
    return lines.map((line) => {
      const { path, mode } = JSON.parse(line) as { path: string; mode: string };
      return `${path.slice(files.directory.length)} ${mode}`;
    });
  };
  assert.deepEqual(complaints(), [], "files that are not there are no fault");
  writeFileSync(files.tokens, "", { mode: 0o600 });
  writeFileSync(files.adminToken, "", { mode: 0o600 });
  assert.deepEqual(complaints(), []);
  chmodSync(files.directory, 0o777);
  chmodSync(files.tokens, 0o660);
  chmodSync(files.adminToken, 0o644);
  assert.deepEqual(complaints(), [" 0777", "/tokens.json 0660", "/admin.token 0644"]);
  // A hash in the reader's eyes is no token.
  chmodSync(files.directory, 0o755);
  chmodSync(files.tokens, 0o644);
  chmodSync(files.adminToken, 0o400);
  assert.deepEqual(complaints(), []);
});
