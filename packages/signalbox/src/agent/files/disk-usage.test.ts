import assert from "node:assert/strict";
import { lstatSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type DiskUsageInfoSchema, DiskUsageRequestSchema } from "#gen/machine/files_pb.js";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { diskUsage } from "./disk-usage.ts";

type Asked = MessageInitShape<typeof DiskUsageRequestSchema>;
type Told = MessageInitShape<typeof DiskUsageInfoSchema>;

const never = new AbortController().signal;

async function useTree(t: TestContext): Promise<string> {
  const root = await temporaryDirectory(t);
  await mkdir(join(root, "one/deep"), { recursive: true });
  await mkdir(join(root, "two"));
  await writeFile(join(root, "one/a"), Buffer.alloc(100));
  await writeFile(join(root, "one/deep/b"), Buffer.alloc(5000));
  await writeFile(join(root, "two/c"), Buffer.alloc(7));
  await symlink("c", join(root, "two/link"));
  return root;
}

function usage(root: string, asked: Asked): Promise<Told[]> {
  return Array.fromAsync(diskUsage(root, create(DiskUsageRequestSchema, asked), never));
}

async function names(root: string, asked: Asked): Promise<(string | undefined)[]> {
  return (await usage(root, asked)).map(({ name }) => name);
}

test("each directory behind what is in it, with the sum of that", async (t) => {
  const root = await useTree(t);
  const own = (path: string): number => lstatSync(join(root, path)).size;
  const deep = own("one/deep") + 5000;
  const told = await usage(root, { paths: ["/one"], all: true });
  assert.deepEqual(
    told.map(({ name, relativeName, size }) => [name, relativeName, size]),
    [
      ["/one/a", "a", 100n],
      ["/one/deep/b", "deep/b", 5000n],
      ["/one/deep", "deep", BigInt(deep)],
      ["/one", ".", BigInt(own("one") + 100 + deep)],
    ],
  );
});

test("without `all` only directories; all paths are answered, missing ones with an error", async (t) => {
  const root = await useTree(t);
  const told = await usage(root, { paths: ["one", "/none", "/two/"] });
  assert.deepEqual(
    told.map(({ name, error }) => [name, error]),
    [
      ["/one/deep", undefined],
      ["/one", undefined],
      ["/none", "stat /none: no such file or directory"],
      ["/two", undefined],
    ],
  );
});

test("depth hides, but is counted all the same", async (t) => {
  const root = await useTree(t);
  assert.deepEqual(await names(root, { paths: ["/one"], recursionDepth: 1 }), ["/one"]);
  assert.deepEqual(await names(root, { paths: ["/one"], recursionDepth: 2 }), [
    "/one/deep",
    "/one",
  ]);
  assert.deepEqual(await names(root, { paths: ["/"], recursionDepth: 1 }), ["/one", "/two", "/"]);
  const [shallow] = await usage(root, { paths: ["/one"], recursionDepth: 1 });
  const full = await usage(root, { paths: ["/one"] });
  assert.equal(shallow?.size, full.at(-1)?.size);
});

test("a threshold hides what is smaller, or with a minus what is larger", async (t) => {
  const root = await useTree(t);
  const files = async (threshold: bigint): Promise<(string | undefined)[]> =>
    (await names(root, { paths: ["/one"], all: true, threshold })).filter((name) =>
      /[ab]$/.test(name ?? ""),
    );
  assert.deepEqual(await files(101n), ["/one/deep/b"]);
  assert.deepEqual(await files(100n), ["/one/a", "/one/deep/b"]);
  assert.deepEqual(await files(-100n), ["/one/a"]);
});

test("a file, and a link, which is not followed", async (t) => {
  const root = await useTree(t);
  assert.deepEqual(await names(root, { paths: ["/two/c"], all: true }), ["/two/c"]);
  const told = await usage(root, { paths: ["/two"], all: true });
  assert.equal(told.find(({ name }) => name === "/two/link")?.size, 1n);
});

test("the kernel's memory counts as nothing", async (t) => {
  const root = await temporaryDirectory(t);
  await mkdir(join(root, "proc"));
  await writeFile(join(root, "proc/kcore"), Buffer.alloc(1000));
  const [kcore, proc] = await usage(root, { paths: ["/proc"], all: true });
  assert.equal(kcore?.size, 0n);
  assert.equal(proc?.size, BigInt(lstatSync(join(root, "proc")).size));
});

test("a call that is over stops the walk, though nothing is answered on the way", async (t) => {
  const root = await useTree(t);
  const over = new AbortController();
  over.abort();
  const request = create(DiskUsageRequestSchema, { paths: ["/"] });
  assert.deepEqual(await Array.fromAsync(diskUsage(root, request, over.signal)), []);
});
