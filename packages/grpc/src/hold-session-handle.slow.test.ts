import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const PROGRAM = join(import.meta.dirname, "testing/header-flood.ts");

test("channels that leave a flood of headers do not end the process", async () => {
  // Rejects when the program ends with anything but 0.
  await promisify(execFile)(process.execPath, ["--expose-gc", "--conditions=source", PROGRAM]);
});
