import assert from "node:assert/strict";
import { test } from "node:test";
import { systemRandom, VirtualClock } from "@signalbox/base";
import type { PasswordHash } from "../rbac/password.ts";
import { VerifiedCache } from "./verified-cache.ts";

const hash: PasswordHash = {
  factor: { kind: "pbkdf2-sha256", iterations: 1 },
  salt: Buffer.alloc(16),
  hash: Buffer.alloc(32),
};
const credentials = (user: string, password: string) => ({ user, password: Buffer.from(password) });

test("where a name ends and its password begins cannot be shifted", () => {
  const cache = new VerifiedCache({ clock: new VirtualClock(), random: systemRandom, forMs: 1000 });
  cache.add(credentials("alice", "secret"), hash);
  assert.equal(cache.has(credentials("alice", "secret"), hash), true);
  assert.equal(cache.has(credentials("alices", "ecret"), hash), false);
  assert.equal(cache.has(credentials("alic", "esecret"), hash), false);
  assert.equal(cache.has(credentials("alice", "secret"), { ...hash }), false);
});

test("only so many are remembered; the oldest go", () => {
  const cache = new VerifiedCache({ clock: new VirtualClock(), random: systemRandom, forMs: 1000 });
  for (let n = 0; n <= 1000; n++) cache.add(credentials(`user-${n}`, "x"), hash);
  assert.equal(cache.has(credentials("user-0", "x"), hash), false);
  assert.equal(cache.has(credentials("user-1", "x"), hash), true);
  assert.equal(cache.has(credentials("user-1000", "x"), hash), true);
});
