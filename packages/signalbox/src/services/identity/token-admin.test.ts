import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Problem, seededRandom, systemClock } from "@signalbox/base";
import { createRoleCatalogue } from "./role-catalogue.ts";
import { createTokenAdmin, type TokenAdmin } from "./token-admin.ts";

describe("createTokenAdmin", () => {
  let directory: string;
  let path: string;
  let admin: TokenAdmin;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tokens-"));
    path = join(directory, "tokens.json");
    const roles = createRoleCatalogue([]);
    admin = createTokenAdmin(path, { roles, clock: systemClock, random: seededRandom(3) });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test("what is kept is a hash, for the owner's eyes alone", async () => {
    const { text } = await admin.create({ name: "ci", role: "platform-reader" });
    const kept = readFileSync(path, "utf8");
    assert.ok(!kept.includes(text) && !kept.includes(text.slice(-20)));
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  test("tokens that are made at the same time are all kept", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `t${index}`);
    await Promise.all(names.map((name) => admin.create({ name, role: "platform-reader" })));
    assert.deepEqual(
      admin
        .list()
        .map(({ name }) => name)
        .sort(),
      names.sort(),
    );
    assert.deepEqual(readdirSync(directory).sort(), ["tokens.json", "tokens.json.lock"]);
  });

  test("a grant that would grant nothing is refused", async () => {
    const refused = (error: unknown): boolean => Problem.is(error, "invalid_request");
    await assert.rejects(admin.create({ name: "a", role: "nobody" }), refused);
    await assert.rejects(admin.create({ name: "a", role: "user" }), refused);
    await assert.rejects(admin.create({ name: "a", role: "user", organizationId: "o" }), refused);
    await assert.rejects(admin.create({ name: "a", role: "administrator" }), refused);
    await assert.rejects(
      admin.create({ name: "a", role: "platform-reader", projectId: "p" }),
      refused,
    );
    assert.deepEqual(admin.list(), []);
  });

  test("a token is revoked by id or by a name that is its own", async () => {
    const { record } = await admin.create({ name: "a", role: "platform-reader" });
    await admin.create({ name: "b", role: "platform-reader" });
    await admin.create({ name: "b", role: "platform-reader" });
    await assert.rejects(admin.revoke("b"), (error) => Problem.is(error, "conflict"));
    await assert.rejects(admin.revoke("c"), (error) => Problem.is(error, "not_found"));
    assert.equal((await admin.revoke("a")).id, record.id);
    await assert.rejects(admin.revoke(record.id), (error) => Problem.is(error, "not_found"));
  });

  test("a file that cannot be written is told as such, and stays as it was", async () => {
    await admin.create({ name: "a", role: "platform-reader" });
    const before = readFileSync(path, "utf8");
    // Stands where the new content is written first.
    mkdirSync(`${path}.${process.pid}.tmp`);
    await assert.rejects(admin.revoke("a"), (error) => Problem.is(error, "store_unavailable"));
    assert.equal(readFileSync(path, "utf8"), before);
  });
});
