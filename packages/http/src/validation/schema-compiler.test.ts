import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import { createSchemaCompiler } from "./schema-compiler.ts";

const compiler = createSchemaCompiler();

test("a schema that is none is refused before there is a value", () => {
  assert.throws(() => compiler.compile({ type: "strin" }), /schema is invalid: data\/type/);
});

test("what only compiling finds comes with the first value", () => {
  const validate = compiler.compile(Type.String({ format: "none-of-ours" }));
  assert.throws(() => validate("text"), /unknown format "none-of-ours"/);
});

test("one validator for schemas that are equal", () => {
  assert.equal(compiler.compile(Type.String()), compiler.compile(Type.String()));
  assert.notEqual(compiler.compile(Type.String()), compiler.compile(Type.Integer()));
});

test("every fault is told, by its place, and no value is repeated", () => {
  const validate = compiler.compile(
    Type.Object({ name: Type.String(), cpus: Type.Integer(), "a/b": Type.Boolean() }),
  );
  assert.equal(validate({ name: "web", cpus: 1, "a/b": true }), undefined);
  assert.deepEqual(validate({ name: "web", cpus: "secret" }), [
    { pointer: "/a~1b", detail: "is required" },
    { pointer: "/cpus", detail: "must be integer" },
  ]);
});
