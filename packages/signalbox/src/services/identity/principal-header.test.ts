import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parsePrincipalHeader } from "./principal-header.ts";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test("a principal is read with what it leaves out", () => {
  const parsed = parsePrincipalHeader(
    encode({ actor: "alice@example.com", organizationIds: ["o"], projectId: "" }),
  );
  assert.deepEqual(parsed, {
    ok: true,
    value: {
      actor: "alice@example.com",
      type: "user",
      organizationId: undefined,
      organizationIds: ["o"],
      projectId: undefined,
    },
  });
});

test("what is not a principal is refused with a reason", () => {
  const refused: readonly unknown[] = [
    null,
    [],
    "text",
    {},
    { actor: "" },
    { actor: 1 },
    { actor: "a".repeat(257) },
    { actor: "a", type: "root" },
    { actor: "a", organizationIds: "o" },
    { actor: "a", organizationIds: [1] },
    { actor: "a", projectId: {} },
  ];
  for (const value of refused) {
    assert.equal(parsePrincipalHeader(encode(value)).ok, false, JSON.stringify(value));
  }
  for (const header of ["", "!", "e30+", "a".repeat(8193)]) {
    assert.equal(parsePrincipalHeader(header).ok, false);
  }
});

test("no header makes the parser throw, and what it accepts has an actor", () => {
  const documents = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.jsonValue().map(encode),
    fc.record({ actor: fc.anything(), organizationIds: fc.anything() }).map((value) => {
      try {
        return encode(value);
      } catch {
        return "";
      }
    }),
  );
  fc.assert(
    fc.property(documents, (header) => {
      const parsed = parsePrincipalHeader(header);
      return !parsed.ok || (typeof parsed.value.actor === "string" && parsed.value.actor !== "");
    }),
    { seed: 32, numRuns: 2000 },
  );
});
