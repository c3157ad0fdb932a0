import assert from "node:assert/strict";
import { lstat, mkdir, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import {
  type TarEntry,
  tarEnd,
  tarHeader,
  tarPadding,
} from "../../../../agent/files/tar-header.ts";
import { temporaryDirectory } from "../../../../agent/testing/temporary-directory.ts";
import { unpackArchive } from "./unpack-archive.ts";

interface Entry extends Partial<Omit<TarEntry, "name" | "link">> {
  readonly name: string;
  readonly link?: string;
  readonly content?: string;
}

function entry({ name, link, content = "", ...rest }: Entry): Buffer {
  const bytes = Buffer.from(content);
  const header = tarHeader({
    ...{ type: "file", mode: 0o644, uid: 4242, gid: 4242, modified: 1_000_000_000 },
    ...rest,
    name: Buffer.from(name),
    size: bytes.length,
    ...(link === undefined ? {} : { link: Buffer.from(link) }),
  });
  return Buffer.concat([header, bytes, tarPadding(bytes.length)]);
}

/** Of a symbolic link: the flag, and with it the sum, is one less. */
function hardLink(name: string, link: string): Buffer {
  const bytes = entry({ name, link, type: "symlink" });
  const sum = Number.parseInt(bytes.toString("latin1", 148, 154), 8) - 1;
  bytes.write("1", 156, "latin1");
  bytes.write(sum.toString(8).padStart(6, "0"), 148, "latin1");
  return bytes;
}

interface Unpacked {
  readonly folder: string;
  /** Beside it. */
  readonly outside: string;
  readonly leftOut: readonly string[];
  readonly error: unknown;
}

async function unpack(t: TestContext, ...chunks: readonly (Buffer | Error)[]): Promise<Unpacked> {
  const outside = await temporaryDirectory(t);
  const folder = join(outside, "folder");
  await mkdir(folder);
  const leftOut: string[] = [];
  async function* archive(): AsyncGenerator<Uint8Array, void, undefined> {
    for (const chunk of chunks) {
      if (chunk instanceof Error) throw chunk;
      yield* Readable.from([chunk]);
    }
  }
  const error = await unpackArchive(archive(), folder, (text) => leftOut.push(text)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { folder, outside, leftOut, error };
}

const TREE = Buffer.concat([
  entry({ name: "etc/", type: "directory", mode: 0o755 }),
  entry({ name: "etc/hosts", content: "127.0.0.1 me\n", mode: 0o640 }),
  entry({ name: "etc/su", content: "x", mode: 0o6755 }),
  entry({ name: "etc/alias", type: "symlink", link: "hosts" }),
  hardLink("etc/second", "etc/hosts"),
  entry({ name: "empty" }),
]);

for (const [kind, bytes] of [
  [".tar", Buffer.concat([TREE, tarEnd()])],
  [".tar.gz", gzipSync(Buffer.concat([TREE, tarEnd()]))],
] as const) {
  test(`a ${kind} is unpacked, whole and as somebody's own`, async (t) => {
    const { folder, leftOut, error } = await unpack(t, bytes);
    assert.deepEqual({ leftOut, error }, { leftOut: [], error: undefined });
    assert.equal(await readFile(join(folder, "etc/hosts"), "utf8"), "127.0.0.1 me\n");
    assert.equal(await readFile(join(folder, "etc/second"), "utf8"), "127.0.0.1 me\n");
    assert.equal(await readlink(join(folder, "etc/alias")), "hosts");
    const { mode, uid } = await lstat(join(folder, "etc/su"));
    // No set-id bits; the rest as the umask leaves it.
    assert.equal(mode & 0o7000, 0);
    assert.notEqual(mode & 0o100, 0);
    assert.equal(uid, process.getuid?.());
  });
}

const ESCAPES: readonly (readonly [string, readonly Buffer[], RegExp])[] = [
  ["a name that climbs", [entry({ name: "../evil", content: "x" })], /evil.*'\.\.'/],
  ["a name that climbs later", [entry({ name: "a/../../evil", content: "x" })], /evil.*'\.\.'/],
  ["a link that climbs", [entry({ name: "l", type: "symlink", link: "../evil" })], /^l: .*escape/],
  [
    "a link from the root",
    [entry({ name: "l", type: "symlink", link: "/etc" })],
    /^l: is a link out/,
  ],
  ["a hard link that climbs", [hardLink("l", "../secret")], /^l: .*'\.\.'/],
  [
    "a file behind a link",
    [entry({ name: "d", type: "symlink", link: "sub" }), entry({ name: "d/evil", content: "x" })],
    /d\/evil/,
  ],
  [
    "a device",
    [entry({ name: "null", type: "character", device: { major: 1, minor: 3 } })],
    /^null:/,
  ],
  ["a disk", [entry({ name: "sda", type: "block", device: { major: 8, minor: 0 } })], /^sda: /],
  ["a pipe", [entry({ name: "pipe", type: "fifo" })], /^pipe: /],
];

for (const [what, entries, told] of ESCAPES) {
  test(`left out and told: ${what}`, async (t) => {
    const good = entry({ name: "good", content: "fine" });
    const archive = gzipSync(Buffer.concat([...entries, good, tarEnd()]));
    const { folder, outside, leftOut, error } = await unpack(t, archive);
    assert.equal(error, undefined);
    assert.equal(leftOut.length, 1);
    assert.match(leftOut[0] ?? "", told);
    assert.deepEqual(await readdir(outside), ["folder"]);
    const names = (await readdir(folder)).filter((name) => name !== "d");
    assert.deepEqual(names, ["good"]);
  });
}

test("a name from the root is one below the folder", async (t) => {
  const archive = Buffer.concat([entry({ name: "/signalbox-test/x", content: "1" }), tarEnd()]);
  const { folder, leftOut, error } = await unpack(t, archive);
  assert.deepEqual({ leftOut, error }, { leftOut: [], error: undefined });
  assert.equal(await readFile(join(folder, "signalbox-test/x"), "utf8"), "1");
});

test("what an archive tells at its end comes behind what was unpacked", async (t) => {
  const fault = new Error("1 of the files is missing");
  const archive = gzipSync(Buffer.concat([TREE, tarEnd()]));
  const { folder, error } = await unpack(t, archive.subarray(0, 20), archive.subarray(20), fault);
  assert.equal(error, fault);
  assert.equal(await readFile(join(folder, "etc/hosts"), "utf8"), "127.0.0.1 me\n");
});

test("an archive that breaks off ends as the stream did", async (t) => {
  const broken = new Error("the machine is gone");
  const archive = gzipSync(Buffer.concat([TREE, tarEnd()]));
  assert.equal((await unpack(t, archive.subarray(0, 90), broken)).error, broken);
});

test("what is no archive, or half of one, is an error", async (t) => {
  const large = entry({ name: "large", content: "x".repeat(10_000) });
  for (const bytes of [
    gzipSync(Buffer.concat([TREE, tarEnd()])).subarray(0, 90),
    large.subarray(0, 5_000),
    Buffer.from("no archive at all, but text".repeat(100)),
  ]) {
    assert.ok((await unpack(t, bytes)).error instanceof Error);
  }
});

test("a file that is nothing but zeros is no bomb", async (t) => {
  const name = "sparse";
  const zeros = entry({ name, content: "\0".repeat(8 * 1024 * 1024) });
  const { folder, error } = await unpack(t, gzipSync(Buffer.concat([zeros, tarEnd()])));
  assert.equal(error, undefined);
  assert.equal((await lstat(join(folder, name))).size, 8 * 1024 * 1024);
});
