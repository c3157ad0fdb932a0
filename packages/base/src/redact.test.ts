import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isSecretKey, REDACTED, redact } from "./redact.ts";

for (const key of [
  "authorization",
  "Authorization",
  "cookie",
  "set-cookie",
  "x-principal",
  "ssl-client-cert",
  "password",
  "adminToken",
  "private_key",
  "privateKey",
  "clientSecret",
  "userData",
  "user_data",
]) {
  test(`${key} is a secret`, () => assert.equal(isSecretKey(key), true));
}

for (const key of ["name", "path", "status", "keyboard", "monkey", "author"]) {
  test(`${key} is no secret`, () => assert.equal(isSecretKey(key), false));
}

test("a secret is blotted out at any depth, whatever it holds, and the rest is kept", () => {
  const value = { a: [{ token: { deep: "s3cret" }, name: "n" }], password: "s3cret", at: 1 };
  assert.deepEqual(redact(value), {
    a: [{ token: REDACTED, name: "n" }],
    password: REDACTED,
    at: 1,
  });
});

test("no value under a secret key survives, and the argument is left as it was", () => {
  fc.assert(
    fc.property(fc.object({ key: fc.constantFrom("token", "name", "items") }), (value) => {
      const before = structuredClone(value);
      const text = JSON.stringify(redact({ ...value, token: "THE-SECRET" }));
      assert.ok(!text.includes("THE-SECRET"));
      assert.deepEqual(value, before);
    }),
    { seed: 1 },
  );
});
