import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, systemRandom } from "@signalbox/base";
import { PasswordStore } from "./password-store.ts";
import { covers } from "./permission.ts";
import { Policy } from "./policy.ts";

const MATCHES: readonly [granted: string, requested: string, covered: boolean][] = [
  ["*", "anything:at:all", true],
  ["*", "*", true],
  ["admin:*", "admin:read", true],
  ["admin:*", "admin:a:b", true],
  ["admin:*", "admin", false],
  ["admin:*", "administrator:x", false],
  ["admin:*", "*", false],
  ["*:read", "admin:read", false],
  ["*:read", "*:read", true],
  ["tx:read:*", "tx:read:own", true],
  ["tx:read:*", "tx:read", false],
];

for (const [granted, requested, covered] of MATCHES) {
  test(`${granted} ${covered ? "covers" : "does not cover"} ${requested} (ops §4.1)`, () => {
    assert.equal(covers(granted, requested), covered);
  });
}

test("roles add up, and one that is not defined grants nothing yet", () => {
  const policy = new Policy();
  policy.setUser("alice", ["reader", "later"]);
  policy.setRole({ name: "reader", grants: ["tx:read"] });
  assert.equal(policy.can("alice", "tx:write"), false);
  policy.setRole({ name: "later", grants: ["tx:*"] });
  assert.equal(policy.can("alice", "tx:write"), true);
  policy.removeRole("later");
  assert.equal(policy.can("alice", "tx:write"), false);
});

test("setting a user anew replaces the roles and keeps the password (ops §4.1)", async () => {
  const factor = { kind: "pbkdf2-sha256", iterations: 2 } as const;
  const passwords = new PasswordStore({ random: systemRandom, factor });
  const policy = new Policy();
  policy.setUser("alice", ["reader", "writer"]);
  await passwords.set("alice", "secret");
  policy.setUser("alice", ["reader", "reader"]);
  assert.deepEqual(policy.roles("alice"), ["reader"]);
  assert.equal(await passwords.verify("alice", "secret"), true);
  policy.setUser("bob", []);
  assert.equal(await passwords.verify("bob", ""), false, "no password is not the empty one");
});

test("roles and users are listed, by name", () => {
  const policy = new Policy();
  policy.setRole({ name: "writer", grants: ["tx:*"], denials: ["tx:delete"] });
  policy.setRole({ name: "reader", grants: ["tx:read"] });
  policy.setUser("bob", ["writer", "reader"]);
  policy.setUser("alice", []);
  assert.deepEqual(policy.listRoles(), [
    { name: "reader", grants: ["tx:read"], denials: [] },
    { name: "writer", grants: ["tx:*"], denials: ["tx:delete"] },
  ]);
  assert.deepEqual(policy.listUsers(), [
    { name: "alice", roles: [] },
    { name: "bob", roles: ["reader", "writer"] },
  ]);
  policy.removeRole("writer");
  assert.deepEqual(
    policy.listRoles().map(({ name }) => name),
    ["reader"],
  );
});

test("granting and revoking; a user who is not there is named", () => {
  const policy = new Policy();
  policy.setUser("bob", []);
  policy.grant("bob", "b");
  policy.grant("bob", "a");
  assert.deepEqual(policy.roles("bob"), ["a", "b"]);
  policy.revoke("bob", "b");
  policy.revoke("bob", "never held");
  assert.deepEqual(policy.roles("bob"), ["a"]);
  for (const act of [
    () => policy.grant("ghost", "a"),
    () => policy.revoke("ghost", "a"),
    () => policy.roles("ghost"),
  ]) {
    assert.throws(
      act,
      (error) => error instanceof Problem && /rbac: no such user: "ghost"/.test(error.message),
    );
  }
  assert.equal(policy.can("ghost", "a"), false);
});

test("a denial beats every grant, and the rule that decided is told", () => {
  const policy = new Policy();
  policy.setRole({ name: "root", grants: ["*"] });
  policy.setRole({ name: "intern", grants: [], denials: ["admin:*"] });
  policy.setUser("carol", ["root", "intern"]);
  assert.deepEqual(policy.explain("carol", "admin:read"), {
    allowed: false,
    because: "denied",
    role: "intern",
    denial: "admin:*",
  });
  assert.deepEqual(policy.explain("carol", "tx:read"), { allowed: true, role: "root", grant: "*" });
  policy.removeUser("carol");
  assert.deepEqual(policy.explain("carol", "tx:read"), { allowed: false, because: "unknown_user" });
});

test("a policy survives being written down", () => {
  const policy = new Policy();
  policy.setRole({ name: "r", grants: ["a:*"], denials: ["a:b"] });
  policy.setUser("u", ["r"]);
  const again = Policy.from(JSON.parse(JSON.stringify(policy.toRecord())));
  assert.deepEqual(again.toRecord(), policy.toRecord());
  assert.equal(again.can("u", "a:c"), true);
  assert.equal(again.can("u", "a:b"), false);
});
