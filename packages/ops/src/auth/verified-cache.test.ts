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
  assert.equal(cache.recognize(credentials("alice", "secret"), hash), true);
  assert.equal(cache.recognize(credentials("alices", "ecret"), hash), false);
  assert.equal(cache.recognize(credentials("alic", "esecret"), hash), false);
  assert.equal(cache.recognize(credentials("alice", "secret"), { ...hash }), false);
});

test("each use makes it last as long again, and nothing else does", async () => {
  const clock = new VirtualClock();
  const cache = new VerifiedCache({ clock, random: systemRandom, forMs: 1000 });
  const [used, unused] = [credentials("alice", "secret"), credentials("bob", "secret")];
  cache.add(used, hash);
  cache.add(unused, hash);
  for (let n = 0; n < 5; n++) {
    await clock.advance(900);
    assert.equal(cache.recognize(used, hash), true);
  }
  assert.equal(cache.recognize(unused, hash), false);
  await clock.advance(1000);
  assert.equal(cache.recognize(used, hash), false);
});

test("only so many are remembered; the oldest go", () => {
  const cache = new VerifiedCache({ clock: new VirtualClock(), random: systemRandom, forMs: 1000 });
  for (let n = 0; n <= 1000; n++) cache.add(credentials(`user-${n}`, "x"), hash);
  assert.equal(cache.recognize(credentials("user-0", "x"), hash), false);
  assert.equal(cache.recognize(credentials("user-1", "x"), hash), true);
  assert.equal(cache.recognize(credentials("user-1000", "x"), hash), true);
});
