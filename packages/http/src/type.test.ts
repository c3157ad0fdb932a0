import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Type as TypeBox } from "typebox";
import { Type } from "./type.ts";

/** One schema, by the builders given. */
type Build = (type: typeof Type) => unknown;

const more = { description: "what it is", default: 1 };

const SCHEMAS: Readonly<Record<string, Build>> = {
  Array: (type) => type.Array(type.String(), { minItems: 1 }),
  Boolean: (type) => [type.Boolean(), type.Boolean(more)],
  Enum: (type) => [type.Enum(["a", "b"]), type.Enum(["a"], more)],
  Integer: (type) => [type.Integer(), type.Integer({ minimum: 1 })],
  Literal: (type) => [type.Literal("a"), type.Literal(1), type.Literal(true, more)],
  Number: (type) => [type.Number(), type.Number({ maximum: 1.5 })],
  Object: (type) => [
    type.Object({}),
    type.Object({ a: type.Boolean(), b: type.Optional(type.String()) }),
    type.Object({ a: type.Optional(type.String()) }, { additionalProperties: false }),
  ],
  Optional: (type) => type.Optional(type.String(more)),
  Record: (type) => [
    type.Record(type.String({ maxLength: 9 }), type.Number(), { maxProperties: 2 }),
    type.Record(type.String({ pattern: "^.{1,64}$" }), type.Number()),
  ],
  String: (type) => [type.String(), type.String({ format: "uuid" })],
  Union: (type) => type.Union([type.String(), type.Boolean()], more),
  Unknown: (type) => [type.Unknown(), type.Unknown(more)],
};

describe("Type", () => {
  it("has no builder that is not compared below", () => {
    assert.deepEqual(Object.keys(Type).sort(), Object.keys(SCHEMAS));
  });

  for (const [name, build] of Object.entries(SCHEMAS)) {
    it(`builds what TypeBox builds, to the letter: ${name}`, () => {
      assert.equal(JSON.stringify(build(Type)), JSON.stringify(build(TypeBox)));
    });
  }
});
