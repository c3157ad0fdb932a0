import assert from "node:assert/strict";
import { test } from "node:test";
import { systemRandom } from "@signalbox/base";
import { hashPassword, verifyPassword } from "./password.ts";
import { parsePasswordText, passwordText } from "./password-text.ts";
import { isWeaker, type WorkFactor } from "./work-factor.ts";

const SALT = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const pbkdf2 = (iterations: number): WorkFactor => ({ kind: "pbkdf2-sha256", iterations });

const VECTORS: readonly [password: string, iterations: number, hash: string][] = [
  ["secret", 4096, "53d93afc94b1e0dc86f60601ea1d03dbf7330e4c0ab5706527f9101d8dcaec29"],
  ["secret", 1, "7729983a232dec1541432c965a1ee5397b685cd80f0a60d8eb277f027b54531e"],
  ["", 4096, "fd6e0f668c6d464b76592a4ab0e8e62d41e4bc8fcc4a3d5a3241d9586e1e19d8"],
  ["pässwörd", 4096, "cecf12be55375271f90913ecf9ee4aa06960b4a6691de8218749d5c9cf8ba5cf"],
];

for (const [password, iterations, hex] of VECTORS) {
  test(`vector ${JSON.stringify(password)}/${iterations} (ops §4.2)`, async () => {
    const stored = { salt: SALT, factor: pbkdf2(iterations), hash: Buffer.from(hex, "hex") };
    assert.equal(await verifyPassword(password, stored), true);
    assert.equal(await verifyPassword(`${password} `, stored), false);
  });
}

const FACTORS: readonly WorkFactor[] = [
  pbkdf2(2),
  { kind: "scrypt", cost: 16, blockSize: 8, parallelism: 1 },
  { kind: "argon2id", memoryKib: 64, passes: 1, parallelism: 2 },
];

for (const factor of FACTORS) {
  test(`${factor.kind}: salts differ, what was hashed verifies, also when written down`, async () => {
    const one = await hashPassword("x", { random: systemRandom, factor });
    const other = await hashPassword("x", { random: systemRandom, factor });
    assert.notDeepEqual(one.salt, other.salt);
    const read = parsePasswordText(passwordText(one));
    assert.ok(read.ok);
    assert.deepEqual(read.value, one);
    assert.equal(await verifyPassword("x", read.value), true);
    assert.equal(await verifyPassword("y", read.value), false);
  });
}

test("a hash as text says how it was made", () => {
  const hash = { factor: pbkdf2(600_000), salt: SALT, hash: Buffer.from("abc") };
  assert.equal(passwordText(hash), "$pbkdf2-sha256$i=600000$AAECAwQFBgcICQoLDA0ODw$YWJj");
});

test("what is no hash is not read as one", () => {
  const texts = ["", "secret", "$md5$i=1$AA$AA", "$pbkdf2-sha256$i=0$AA$AA", "$scrypt$ln=1$AA$AA"];
  for (const text of [
    ...texts,
    "$pbkdf2-sha256$i=1$AA$",
    "$pbkdf2-sha256$i=1$A A$AA",
    "$constructor$$$",
  ]) {
    assert.equal(parsePasswordText(text).ok, false, text);
  }
});

test("a credential that was never set verifies nothing, not even the empty password", async () => {
  const none = { salt: SALT, factor: pbkdf2(1), hash: Buffer.alloc(0) };
  assert.equal(await verifyPassword("", none), false);
  const free = { ...none, factor: pbkdf2(0), hash: Buffer.alloc(32) };
  assert.equal(await verifyPassword("", free), false);
});

test("a hash is weaker by its work, or when it is of another kind", () => {
  const scrypt = (cost: number) =>
    ({ kind: "scrypt", cost, blockSize: 8, parallelism: 1 }) as const;
  const argon2id = (passes: number) =>
    ({ kind: "argon2id", memoryKib: 64, passes, parallelism: 1 }) as const;
  assert.equal(isWeaker(pbkdf2(1), pbkdf2(2)), true);
  assert.equal(isWeaker(pbkdf2(2), pbkdf2(1)), false);
  assert.equal(isWeaker(scrypt(16), scrypt(32)), true);
  assert.equal(isWeaker(argon2id(2), argon2id(2)), false);
  assert.equal(isWeaker(pbkdf2(600_000), scrypt(2)), true);
});
