import assert from "node:assert/strict";
import { test } from "node:test";
import { systemRandom } from "@signalbox/base";
import { hashPassword, verifyPassword } from "./password.ts";

const SALT = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");

const VECTORS: readonly [password: string, iterations: number, hash: string][] = [
  ["secret", 4096, "53d93afc94b1e0dc86f60601ea1d03dbf7330e4c0ab5706527f9101d8dcaec29"],
  ["secret", 1, "7729983a232dec1541432c965a1ee5397b685cd80f0a60d8eb277f027b54531e"],
  ["", 4096, "fd6e0f668c6d464b76592a4ab0e8e62d41e4bc8fcc4a3d5a3241d9586e1e19d8"],
  ["pässwörd", 4096, "cecf12be55375271f90913ecf9ee4aa06960b4a6691de8218749d5c9cf8ba5cf"],
];

for (const [password, iterations, hex] of VECTORS) {
  test(`vector ${JSON.stringify(password)}/${iterations} (ops §4.2)`, async () => {
    const stored = { salt: SALT, iterations, hash: Buffer.from(hex, "hex") };
    assert.equal(await verifyPassword(password, stored), true);
    assert.equal(await verifyPassword(`${password} `, stored), false);
  });
}

test("salts differ, and what was hashed verifies", async () => {
  const one = await hashPassword("x", { random: systemRandom, iterations: 2 });
  const other = await hashPassword("x", { random: systemRandom, iterations: 2 });
  assert.notDeepEqual(one.salt, other.salt);
  assert.equal(await verifyPassword("x", one), true);
});

test("a credential that was never set verifies nothing, not even the empty password", async () => {
  const none = { salt: SALT, iterations: 1, hash: Buffer.alloc(0) };
  assert.equal(await verifyPassword("", none), false);
  assert.equal(await verifyPassword("", { ...none, iterations: 0, hash: Buffer.alloc(32) }), false);
});
