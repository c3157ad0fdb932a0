import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { constants, readFileSync } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { GrpcError, STATUS, type StatusCode } from "@signalbox/grpc";
import { ReadRequestSchema } from "#gen/machine/files_pb.js";
import { isOpen } from "../testing/open-file.ts";
import { run } from "../testing/run.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { readFile } from "./read-file.ts";

async function read(root: string, path: string): Promise<Buffer[]> {
  const chunks = await Array.fromAsync(readFile(root, create(ReadRequestSchema, { path })));
  return chunks.map(({ bytes }) => Buffer.from(bytes ?? []));
}

async function refusal(root: string, path: string): Promise<[StatusCode, string]> {
  const error: unknown = await read(root, path).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof GrpcError);
  return [error.code, error.message];
}

/** Containers put something else in its place. */
async function isRegular(path: string): Promise<boolean> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  const stats = await file?.stat();
  await file?.close();
  return stats?.isFile() === true;
}

test("a file comes whole, in chunks", async (t) => {
  const root = await temporaryDirectory(t);
  const content = randomBytes(300_000);
  await writeFile(join(root, "file"), content);
  await writeFile(join(root, "empty"), "");
  const chunks = await read(root, "/file");
  assert.equal(Buffer.compare(Buffer.concat(chunks), content), 0);
  assert.ok(chunks.every(({ length }) => length <= 64 * 1024));
  assert.deepEqual(await read(root, "file"), chunks);
  assert.deepEqual(await read(root, "/empty"), []);
});

test("files of /proc, which say that they are empty", async () => {
  const path = "/proc/sys/kernel/random/boot_id";
  assert.equal(Buffer.concat(await read("/", path)).toString(), readFileSync(path, "utf8"));
  assert.ok(Buffer.concat(await read("/", "/proc/kallsyms")).length > 100_000);
});

test("a file of the kernel that waits for news ends", async (t) => {
  const isReadable = await isRegular("/proc/kmsg");
  if (!isReadable) return t.skip("the kernel's log may not be read here");
  await read("/", "/proc/kmsg");
});

test("what is no regular file, and what is not there", async (t) => {
  const root = await temporaryDirectory(t);
  await run("mkfifo", join(root, "pipe"));
  for (const path of ["/", "/pipe"]) {
    assert.deepEqual(await refusal(root, path), [STATUS.UNKNOWN, "path must be a regular file"]);
  }
  assert.deepEqual(await refusal("/", "/dev/null"), [
    STATUS.UNKNOWN,
    "path must be a regular file",
  ]);
  assert.deepEqual(await refusal(root, "/none"), [
    STATUS.NOT_FOUND,
    "stat /none: no such file or directory",
  ]);
});

test("leaving early closes the file", async (t) => {
  const root = await temporaryDirectory(t);
  await writeFile(join(root, "file"), randomBytes(300_000));
  const chunks = readFile(root, create(ReadRequestSchema, { path: "/file" }));
  await chunks.next();
  assert.ok(isOpen(join(root, "file")));
  await chunks.return();
  assert.ok(!isOpen(join(root, "file")));
});
