import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { systemClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { STATUS } from "@signalbox/grpc";
import { isOpen, readSoFar } from "../testing/open-file.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { useMethods } from "../testing/use-methods.ts";
import { fileMethods } from "./file-methods.ts";

/** Where reading stands once it stands still. */
async function standstill(path: string): Promise<number | undefined> {
  let before = -1;
  for (;;) {
    await systemClock.sleep(100);
    const now = readSoFar(path);
    if (now === before || now === undefined) return now;
    before = now;
  }
}

for (const method of ["read", "copy"] as const) {
  test(`${method}: a client that does not go on holds the file back, and closes it by leaving`, async (t) => {
    const root = await temporaryDirectory(t);
    const path = join(root, "large");
    const file = await open(path, "w");
    // Packed, a hole would be next to nothing: it has what cannot be packed at its start.
    await file.write(randomBytes(16 * 1024 * 1024));
    await file.truncate(512 * 1024 * 1024);
    await file.close();
    const client = await useMethods(t, fileMethods(root));
    const stream =
      method === "read" ? client.read({ path: "/large" }) : client.copy({ rootPath: "/large" });
    for await (const { bytes } of stream) {
      assert.ok(bytes.length > 0);
      const position = await standstill(path);
      assert.ok(
        position !== undefined && position > 0 && position < 12 * 1024 * 1024,
        String(position),
      );
      break;
    }
    await until(() => !isOpen(path));
  });
}

test("errors are those of the file", async (t) => {
  const root = await temporaryDirectory(t);
  await writeFile(join(root, "file"), "x");
  const client = await useMethods(t, fileMethods(root));
  const missing = [
    client.read({ path: "/none" }),
    client.copy({ rootPath: "/none" }),
    client.list({ root: "/none" }),
  ];
  for (const stream of missing) {
    await assert.rejects(Array.fromAsync<unknown>(stream), {
      code: STATUS.NOT_FOUND,
      message: "stat /none: no such file or directory",
    });
  }
});
