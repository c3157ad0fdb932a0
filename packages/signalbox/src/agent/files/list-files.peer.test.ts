import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { ListRequestSchema } from "#gen/machine/files_pb.js";
import { skipWithout } from "../testing/missing-peer.ts";
import { run } from "../testing/run.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { listFiles } from "./list-files.ts";

test("extended attributes, when they are asked for", {
  skip: skipWithout("getfattr"),
}, async (t) => {
  const root = await temporaryDirectory(t);
  const names = Array.from({ length: 150 }, (_, n) => `file ${String(n).padStart(3, "0")}`);
  for (const name of [...names, "odd\nnäme"]) await writeFile(join(root, name), "");
  const set = (name: string, value: string, path: string): Promise<string> =>
    run("setfattr", "-n", name, "-v", value, join(root, path));
  const isSet = await set("user.one", "1", "file 077").catch(() => undefined);
  if (isSet === undefined) return t.skip("peer missing: a file system with attributes");
  await set("user.two", "0x00ff", "file 077");
  await set("user.odd", "x", "odd\nnäme");
  const list = (reportXattrs: boolean) =>
    Array.fromAsync(
      listFiles(
        root,
        create(ListRequestSchema, { root: "/", reportXattrs }),
        new AbortController().signal,
      ),
    );
  const told = await list(true);
  assert.equal(told.length, 152);
  const attributes = told
    .filter(({ xattrs }) => xattrs !== undefined && xattrs.length > 0)
    .map(({ relativeName, xattrs }) => [
      relativeName,
      xattrs?.map(({ name, data }) => [name, Buffer.from(data ?? []).toString("hex")]),
    ]);
  assert.deepEqual(attributes, [
    [
      "file 077",
      [
        ["user.one", "31"],
        ["user.two", "00ff"],
      ],
    ],
    ["odd\nnäme", [["user.odd", "78"]]],
  ]);
  assert.ok((await list(false)).every(({ xattrs }) => xattrs?.length === 0));
});
