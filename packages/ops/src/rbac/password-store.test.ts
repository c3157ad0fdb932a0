import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, systemRandom } from "@signalbox/base";
import { PasswordStore } from "./password-store.ts";
import type { WorkFactor } from "./work-factor.ts";

const pbkdf2 = (iterations: number): WorkFactor => ({ kind: "pbkdf2-sha256", iterations });
const create = (factor = pbkdf2(2)): PasswordStore =>
  new PasswordStore({ random: systemRandom, factor });

test("the right password of a known user, and nothing else", async () => {
  const store = create();
  await store.set("alice", "secret");
  assert.equal(await store.verify("alice", "secret"), true);
  assert.equal(await store.verify("alice", "Secret"), false);
  assert.equal(await store.verify("ghost", "secret"), false);
  assert.equal(await store.verify("ghost", ""), false);
  store.remove("alice");
  assert.equal(await store.verify("alice", "secret"), false);
});

test("a login makes a cheap hash dear, and a wrong one leaves it", async () => {
  const cheap = create(pbkdf2(2));
  await cheap.set("alice", "secret");
  const changed: string[] = [];
  const dear = new PasswordStore({
    random: systemRandom,
    factor: pbkdf2(5),
    onChange: (user, text) => changed.push(`${user} ${text}`),
  });
  dear.load(cheap.toRecord());
  assert.equal(await dear.verify("alice", "wrong"), false);
  assert.deepEqual(dear.toRecord(), cheap.toRecord());
  assert.equal(await dear.verify("alice", "secret"), true);
  assert.match(dear.toRecord()["alice"] ?? "", /\$i=5\$/);
  assert.deepEqual(changed, [`alice ${dear.toRecord()["alice"]}`]);
  assert.equal(await dear.verify("alice", "secret"), true);
  assert.equal(changed.length, 1);
});

test("a password that is changed during a login stays changed", async () => {
  const store = create(pbkdf2(50_000));
  const old = create(pbkdf2(1));
  await old.set("alice", "old");
  store.load(old.toRecord());
  const login = store.verify("alice", "old");
  const fresh = create(pbkdf2(50_000));
  await fresh.set("alice", "new");
  store.load(fresh.toRecord());
  await login;
  assert.equal(await store.verify("alice", "new"), true);
});

test("an unreadable hash names its user", () => {
  assert.throws(
    () => create().load({ alice: "secret" }),
    (error) => Problem.is(error, "config_invalid") && error.message.includes("alice"),
  );
});
