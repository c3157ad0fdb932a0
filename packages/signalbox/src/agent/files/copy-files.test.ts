import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, lstatSync, readFileSync } from "node:fs";
import { mkdir, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { create } from "@bufbuild/protobuf";
import { GrpcError, STATUS } from "@signalbox/grpc";
import { CopyRequestSchema } from "#gen/machine/files_pb.js";
import { isOpen } from "../testing/open-file.ts";
import { run } from "../testing/run.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { copyFiles } from "./copy-files.ts";

const never = new AbortController().signal;

/** The archive, and how the call ended. */
async function copy(
  root: string,
  rootPath: string,
): Promise<{ archive: Buffer; error: GrpcError | undefined }> {
  const chunks: Uint8Array[] = [];
  try {
    const request = create(CopyRequestSchema, { rootPath });
    for await (const { bytes } of copyFiles(root, request, never))
      chunks.push(bytes ?? Buffer.of());
    return { archive: Buffer.concat(chunks), error: undefined };
  } catch (error) {
    assert.ok(error instanceof GrpcError);
    return { archive: Buffer.concat(chunks), error };
  }
}

/** The archive of `rootPath`, taken apart by the system's tar. */
async function unpacked(t: TestContext, root: string, rootPath: string): Promise<string> {
  const { archive, error } = await copy(root, rootPath);
  assert.equal(error, undefined);
  const into = await temporaryDirectory(t);
  await writeFile(join(into, "archive.tar.gz"), archive);
  await mkdir(join(into, "files"));
  await run("tar", "-xpzf", join(into, "archive.tar.gz"), "-C", join(into, "files"));
  return into;
}

test("a tree comes back as it was: content, modes, times, links, long names", async (t) => {
  const root = await temporaryDirectory(t);
  const long = `${"d".repeat(120)}/${"ü".repeat(60)}`;
  await mkdir(join(root, "tree", "sub", "d".repeat(120)), { recursive: true });
  const large = randomBytes(3 * 1024 * 1024 + 5);
  await writeFile(join(root, "tree/large"), large);
  await writeFile(join(root, "tree/empty"), "");
  await writeFile(join(root, "tree/sub", long), "long");
  await symlink("l".repeat(150), join(root, "tree/link"));
  await run("mkfifo", join(root, "tree/pipe"));
  chmodSync(join(root, "tree/large"), 0o4751);
  await utimes(join(root, "tree/empty"), 1_000_000_000, 1_000_000_000);
  const into = await unpacked(t, root, "/tree");

  assert.equal(Buffer.compare(readFileSync(join(into, "files/large")), large), 0);
  assert.equal(readFileSync(join(into, "files/sub", long), "utf8"), "long");
  assert.equal(lstatSync(join(into, "files/large")).mode & 0o7777, 0o4751);
  assert.equal(lstatSync(join(into, "files/empty")).mtimeMs, 1_000_000_000_000);
  assert.ok(lstatSync(join(into, "files/pipe")).isFIFO());
  assert.equal(await run("readlink", join(into, "files/link")), `${"l".repeat(150)}\n`);
  const listing = await run("tar", "-tzf", join(into, "archive.tar.gz"));
  assert.deepEqual(
    listing.split("\n").filter((line) => !line.includes("ddd")),
    ["empty", "large", "link", "pipe", "sub/", ""],
  );
});

test("one file goes by its name, and files of /proc and /sys have all that they hold", async (t) => {
  const into = await unpacked(t, "/", "/proc/version");
  assert.equal(
    readFileSync(join(into, "files/version"), "utf8"),
    readFileSync("/proc/version", "utf8"),
  );
  const other = await unpacked(t, "/", "/sys/class/net/lo/mtu");
  assert.equal(
    readFileSync(join(other, "files/mtu"), "utf8"),
    readFileSync("/sys/class/net/lo/mtu", "utf8"),
  );
});

test("a device keeps its numbers", async () => {
  const { archive } = await copy("/", "/dev/null");
  const header = gunzipSync(archive);
  assert.equal(header.toString("latin1", 156, 157), "3");
  assert.equal(header.toString("latin1", 329, 336), "0000001");
  assert.equal(header.toString("latin1", 337, 344), "0000003");
});

test("what cannot be archived is left out; the rest is whole, and the call fails", async (t) => {
  const root = await temporaryDirectory(t);
  await mkdir(join(root, "tree"));
  await writeFile(join(root, "tree/a"), "a");
  const server = createServer().listen(join(root, "tree/socket"));
  t.after(() => server.close());
  assert.equal((await copy(root, "/tree")).error, undefined);

  // A file that shrinks while it is read is filled up with zeros.
  await writeFile(join(root, "tree/large"), randomBytes(8 * 1024 * 1024));
  const chunks: Uint8Array[] = [];
  const request = create(CopyRequestSchema, { rootPath: "/tree" });
  const stream = copyFiles(root, request, never);
  // The first is gzip's header alone.
  for (let left = 2; left > 0; left--) {
    const { value } = await stream.next();
    chunks.push(value?.bytes ?? Buffer.of());
  }
  await truncate(join(root, "tree/large"), 1);
  const rest = async (): Promise<void> => {
    for await (const { bytes } of stream) chunks.push(bytes ?? Buffer.of());
  };
  await assert.rejects(rest(), {
    code: STATUS.UNKNOWN,
    message:
      "1 of the files are missing or not whole, the first: /tree/large: shrank or failed while it was read; ends in zeros",
  });
  await writeFile(join(root, "archive.tar.gz"), Buffer.concat(chunks));
  assert.equal(await run("tar", "-tzf", join(root, "archive.tar.gz")), "a\nlarge\n");
});

test("files of the kernel that are too long are cut, and said to be", async (t) => {
  const { archive, error } = await copy("/", "/proc/kallsyms");
  assert.match(
    error?.message ?? "",
    /1 of the files .*: \/proc\/kallsyms: is longer than it says; cut$/,
  );
  const directory = await temporaryDirectory(t);
  await writeFile(join(directory, "archive.tar.gz"), archive);
  const listed = await run("tar", "-tvzf", join(directory, "archive.tar.gz"));
  assert.match(listed, / 1048576 .* kallsyms\n$/);
});

test("the kernel's memory is left out", async (t) => {
  const root = await temporaryDirectory(t);
  await mkdir(join(root, "proc"));
  await writeFile(join(root, "proc/kcore"), "x");
  const { error } = await copy(root, "/proc");
  assert.match(error?.message ?? "", /\/proc\/kcore: is the memory of the kernel$/);
});

test("a path that is not absolute, and one that is not there", async (t) => {
  const root = await temporaryDirectory(t);
  const relative = (await copy(root, "etc")).error;
  assert.deepEqual(
    [relative?.code, relative?.message],
    [STATUS.INVALID_ARGUMENT, "path is not absolute etc"],
  );
  assert.equal((await copy(root, "/none")).error?.code, STATUS.NOT_FOUND);
});

test("a call that is over stops the packing", async (t) => {
  const root = await temporaryDirectory(t);
  await writeFile(join(root, "file"), randomBytes(8 * 1024 * 1024));
  const over = new AbortController();
  const stream = copyFiles(root, create(CopyRequestSchema, { rootPath: "/" }), over.signal);
  await stream.next();
  assert.ok(isOpen(join(root, "file")));
  over.abort();
  await assert.rejects(Array.fromAsync(stream));
  assert.ok(!isOpen(join(root, "file")));
});
