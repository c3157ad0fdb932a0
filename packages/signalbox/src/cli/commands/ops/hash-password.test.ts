import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { parsePasswordText, verifyPassword } from "@signalbox/ops";
import { Command } from "commander";
import { addOpsHashPassword } from "./hash-password.ts";

test("one line: a hash that the password, and nothing else, verifies", async () => {
  const stdin = new PassThrough();
  stdin.end("open sesame\n");
  const stdout = new PassThrough();
  const group = new Command("ops");
  addOpsHashPassword(group, { stdin, stdout, stderr: new PassThrough() });
  await group.parseAsync(["hash-password"], { from: "user" });
  const line = await text(stdout.end());
  assert.match(line, /^\$pbkdf2-sha256\$i=600000\$[^\n]+\n$/);
  const hash = parsePasswordText(line.trimEnd());
  assert.ok(hash.ok);
  assert.equal(await verifyPassword("open sesame", hash.value), true);
  assert.equal(await verifyPassword("open sesame\n", hash.value), false);
});
