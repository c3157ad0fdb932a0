import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { generateProtos, type ProtoPackage } from "./generate-protos.ts";

function packageWith(t: TestContext, text: string): ProtoPackage & { readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), "proto-package-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "proto"));
  const file = join(folder, "proto/a.proto");
  writeFileSync(file, text);
  return { folder, roots: [{ folder: join(folder, "proto") }], file };
}

const A = 'syntax = "proto3"; package a; message A { int32 x = 1; }';

test("code is made once, and again when a file changes", (t) => {
  const proto = packageWith(t, A);
  assert.equal(generateProtos(proto), 1);
  const declarations = join(proto.folder, "gen/a_pb.d.ts");
  assert.match(readFileSync(declarations, "utf8"), /x: number;/);
  assert.equal(generateProtos(proto), undefined);
  writeFileSync(proto.file, A.replace("int32 x", "int32 y"));
  assert.equal(generateProtos(proto), 1);
  assert.match(readFileSync(declarations, "utf8"), /y: number;/);
});

test("what an interruption or a fault left is made again", (t) => {
  const proto = packageWith(t, "message");
  assert.throws(() => generateProtos(proto));
  writeFileSync(proto.file, A);
  assert.equal(generateProtos(proto), 1);
});

test("an edit that finds nothing to edit is a fault, and so is a root without files", (t) => {
  const proto = packageWith(t, A);
  const edit = { path: "a.proto", find: "message B", replace: "" };
  assert.throws(() => generateProtos({ ...proto, edits: [edit] }), /no "message B"/);
  const none = { folder: join(proto.folder, "proto"), take: () => false };
  assert.throws(() => generateProtos({ ...proto, roots: [none] }), /no \.proto file/);
});
