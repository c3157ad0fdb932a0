import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { run } from "../testing/run.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { type TarEntry, tarEnd, tarHeader } from "./tar-header.ts";

const PLAIN: TarEntry = {
  name: Buffer.from("file"),
  type: "file",
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  modified: 0,
};

test("numbers beyond the fields of a header", async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, "a.tar");
  const entry = { ...PLAIN, uid: 3_000_000, gid: 4_000_000_000, modified: -5 };
  await writeFile(path, Buffer.concat([tarHeader(entry), tarEnd()]));
  const listed = await run("tar", "--numeric-owner", "--full-time", "--utc", "-tvf", path);
  assert.match(listed, /^-rw-r--r-- 3000000\/4000000000 +0 1969-12-31 23:59:55 file\n$/);
});

test("a size beyond the field", () => {
  const header = tarHeader({ ...PLAIN, size: 9 * 1024 ** 3 });
  assert.match(header.toString("latin1", 512, 1024), /^19 size=9663676416\n\0/);
});

test("any name comes through, whatever its bytes and its length", async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, "a.tar");
  const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 0x2f && code !== 0x0a);
  const name = fc.array(byte, { minLength: 1, maxLength: 250 }).map((codes) => Buffer.from(codes));
  // One archive of all names: programs that are started for each take longer than all else here.
  const names = fc.sample(name, { seed: 61, numRuns: 40 });
  const headers = names.map((bytes) => tarHeader({ ...PLAIN, name: bytes }));
  await writeFile(path, Buffer.concat([...headers, tarEnd()]));
  const dump = await run("sh", "-c", `tar --quoting-style=literal -tf ${path} | od -An -v -tx1`);
  // No name has a line break; after that of the last one there is nothing.
  const listed = Buffer.from(dump.replaceAll(/\s/g, ""), "hex").toString("latin1").split("\n");
  assert.deepEqual(listed, [...names.map((bytes) => bytes.toString("latin1")), ""]);
});
