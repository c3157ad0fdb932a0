import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { test } from "node:test";

const hasQemu = (process.env["PATH"] ?? "")
  .split(":")
  .some((folder) => existsSync(`${folder}/qemu-system-x86_64`));
const isRequired = process.env["REQUIRE_PEERS"] === "1";

test("./quickstart --once boots, cycles, snapshots, cleans up and leaves nothing", {
  skip: hasQemu || isRequired ? false : "peer missing: qemu-system-x86",
}, async () => {
  const child = spawn("./quickstart", ["--once"], { stdio: ["ignore", "pipe", "inherit"] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  assert.equal(code, 0, output);
  assert.match(output, /Linux version/);
  assert.match(output, /user data: hello from first/);
  assert.match(output, /marker: written by first/);
  assert.match(output, /nothing is left behind/);
});
