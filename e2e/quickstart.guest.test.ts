import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { QEMU_MISSING } from "./support/qemu-missing.ts";

test("./quickstart --once boots, cycles, snapshots, cleans up and leaves nothing", {
  skip: QEMU_MISSING,
}, async () => {
  const child = spawn("./quickstart", ["--once"], { stdio: ["ignore", "pipe", "inherit"] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  assert.equal(code, 0, output);
  assert.match(output, /Linux version/);
  assert.match(output, /user data: hello from first/);
  assert.match(output, /marker: written by first/);
  assert.match(output, /nothing is left behind/);
});
