import assert from "node:assert/strict";
import { chmod, mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { GrpcError, STATUS } from "@signalbox/grpc";
import { FileInfoSchema, ListRequest_Type, ListRequestSchema } from "#gen/machine/files_pb.js";
import { run } from "../testing/run.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { listFiles } from "./list-files.ts";

type Asked = MessageInitShape<typeof ListRequestSchema>;
type Told = MessageInitShape<typeof FileInfoSchema>;

const never = new AbortController().signal;

async function useTree(t: TestContext): Promise<string> {
  const root = await temporaryDirectory(t);
  await mkdir(join(root, "top/b/deep/deeper"), { recursive: true });
  await writeFile(join(root, "top/a"), "hello");
  await writeFile(join(root, "top/Z"), "");
  await writeFile(join(root, "top/b/deep/x"), "");
  await symlink("a", join(root, "top/link"));
  await symlink("top/b", join(root, "to-b"));
  return root;
}

function list(root: string, asked: Asked): Promise<Told[]> {
  return Array.fromAsync(listFiles(root, create(ListRequestSchema, asked), never));
}

async function names(root: string, asked: Asked): Promise<(string | undefined)[]> {
  return (await list(root, asked)).map(({ relativeName }) => relativeName);
}

test("the root as a dot and what is in it, in the order of bytes", async (t) => {
  const root = await useTree(t);
  const direct = [".", "Z", "a", "b", "link"];
  assert.deepEqual(await names(root, { root: "/top" }), direct);
  assert.deepEqual(await names(root, { root: "top/" }), direct);
  assert.deepEqual(await names(root, { root: "" }), [".", "to-b", "top"]);
});

test("recursion, and its depth, which is one more below the root of all", async (t) => {
  const root = await useTree(t);
  const all = [".", "Z", "a", "b", "b/deep", "b/deep/deeper", "b/deep/x", "link"];
  assert.deepEqual(await names(root, { root: "/top", recurse: true }), all);
  assert.deepEqual(await names(root, { root: "/top", recurse: true, recursionDepth: 2 }), [
    ...all.slice(0, 5),
    "link",
  ]);
  assert.deepEqual(await names(root, { root: "/", recurse: true, recursionDepth: 1 }), [
    ".",
    "to-b",
    "top",
    "top/Z",
    "top/a",
    "top/b",
    "top/link",
  ]);
});

test("types filter everything, the root as well", async (t) => {
  const root = await useTree(t);
  const { REGULAR, DIRECTORY, SYMLINK } = ListRequest_Type;
  assert.deepEqual(await names(root, { root: "/top", types: [REGULAR] }), ["Z", "a"]);
  assert.deepEqual(await names(root, { root: "/top", types: [DIRECTORY] }), [".", "b"]);
  assert.deepEqual(await names(root, { root: "/top", types: [SYMLINK, REGULAR] }), [
    "Z",
    "a",
    "link",
  ]);
});

test("a link as root is followed, a file as root goes by its name", async (t) => {
  const root = await useTree(t);
  assert.deepEqual(await names(root, { root: "/to-b" }), [".", "deep"]);
  assert.deepEqual(await names(root, { root: "/top/a" }), ["a"]);
  const [, , , , link] = await list(root, { root: "/top" });
  assert.equal(link?.link, "a");
  assert.equal(link?.isDir, false);
});

test("every field, and the bytes of the contract", async (t) => {
  const root = await temporaryDirectory(t);
  await mkdir(join(root, "tmp"));
  await chmod(join(root, "tmp"), 0o1777);
  await utimes(join(root, "tmp"), 1_700_000_000, 1_700_000_000);
  const [tmp] = await list(root, { root: "/tmp" });
  assert.equal(tmp?.mode, 2148532735);
  assert.equal(tmp?.modified, 1_700_000_000n);
  // node-api §4.3, vector of FileInfo: it has size 4096 and root as owner.
  const vector = create(FileInfoSchema, { ...tmp, size: 4096n, uid: 0, gid: 0 });
  assert.equal(
    Buffer.from(toBinary(FileInfoSchema, vector)).toString("hex"),
    "12042f746d7018802020ff83c080082880e2cfaa0630014a012e",
  );
});

test("names that are no text do not hide their files", async (t) => {
  const root = await temporaryDirectory(t);
  await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x61, 0xff])]), "abc");
  const [, odd] = await list(root, { root: "/" });
  assert.equal(odd?.relativeName, "a\ufffd");
  assert.equal(odd?.size, 3n);
  assert.equal(odd?.error, undefined);
});

test("/dev/null, whose mode has two bits of its type", async () => {
  const [device] = await list("/", { root: "/dev/null" });
  assert.equal(device?.mode, 0x042001b6);
});

test("a directory of three thousand files goes through in order", async (t) => {
  const root = await temporaryDirectory(t);
  await run("sh", "-c", `cd ${root} && seq -f %05g 3000 | xargs touch`);
  const told = await names(root, { root: "/" });
  assert.equal(told.length, 3_001);
  assert.deepEqual(told, told.toSorted());
});

test("what vanishes or cannot be read is a message with an error; the rest goes on", async (t) => {
  const root = await useTree(t);
  const files = listFiles(root, create(ListRequestSchema, { root: "/top", recurse: true }), never);
  for (let left = 4; left > 0; left--) await files.next();
  await run("rm", "-r", join(root, "top/b/deep"));
  const rest = await Array.fromAsync(files);
  assert.deepEqual(
    rest.map(({ relativeName, error }) => [relativeName, error]),
    [
      ["b/deep", "lstat /top/b/deep: no such file or directory"],
      ["link", undefined],
    ],
  );
});

test("a call that is over stops the walk, though nothing is answered on the way", async (t) => {
  const root = await useTree(t);
  const over = new AbortController();
  const request = create(ListRequestSchema, { root: "/", recurse: true });
  const files = listFiles(root, request, over.signal);
  await files.next();
  over.abort();
  assert.equal((await files.next()).done, true);
});

test("a root that is not there, or no path at all", async (t) => {
  const root = await temporaryDirectory(t);
  await assert.rejects(list(root, { root: "/none" }), (error) => {
    assert.ok(error instanceof GrpcError);
    assert.equal(error.code, STATUS.NOT_FOUND);
    assert.equal(error.message, "stat /none: no such file or directory");
    return true;
  });
  await assert.rejects(list(root, { root: "/a\0b" }), { code: STATUS.INVALID_ARGUMENT });
});
