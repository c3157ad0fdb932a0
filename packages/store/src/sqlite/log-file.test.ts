import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { tempDirectory } from "../testing/temp-directory.ts";
import { describeFault } from "./log-fault.ts";
import { fileIn, LogFile, SUPERSEDES } from "./log-file.ts";
import type { LogRow } from "./log-messages.ts";
import { MIGRATIONS } from "./log-schema.ts";

const CREATED: LogRow = [1, "created", "widget", "a", 1, null, '"one"'];
const UPDATED: LogRow = [2, "updated", "widget", "a", 1, 1, '"two"'];
const DELETED: LogRow = [3, "deleted", "widget", "a", 1, 2, null];

describe("LogFile", () => {
  it("reads back what it wrote, with what each row superseded", async () => {
    await using directory = await tempDirectory();
    const log = new LogFile(directory.path);
    log.append([CREATED, UPDATED]);
    log.append([DELETED]);
    assert.deepEqual(log.history(0, 100).rows, [
      [CREATED, null],
      [UPDATED, CREATED],
      [DELETED, UPDATED],
    ]);
    assert.deepEqual(log.loadNext(), []);
    log.close();
  });

  it("never splits a revision between pages", async () => {
    await using directory = await tempDirectory();
    const log = new LogFile(directory.path);
    const rowOf = (revision: number, id: string): LogRow => [
      revision,
      "created",
      "widget",
      id,
      revision,
      null,
      "1",
    ];
    log.append([rowOf(1, "a"), rowOf(1, "b"), rowOf(1, "c"), rowOf(2, "d"), rowOf(3, "e")]);
    const revisionsOf = (after: number, maxRows: number): number[] =>
      log.history(after, maxRows).rows.map(([row]) => row[0]);
    assert.deepEqual(revisionsOf(0, 1), [1, 1, 1]);
    assert.deepEqual(revisionsOf(0, 4), [1, 1, 1, 2]);
    assert.deepEqual(revisionsOf(1, 1), [2]);
    log.close();
  });

  it("takes no revision out of order", async () => {
    await using directory = await tempDirectory();
    const log = new LogFile(directory.path);
    assert.throws(() => log.append([UPDATED]), /does not follow/);
    log.append([CREATED]);
    assert.throws(() => log.append([CREATED]), /does not follow/);
    log.close();
  });

  it("keeps of compacted history only what the state needs", async () => {
    await using directory = await tempDirectory();
    const log = new LogFile(directory.path);
    log.append([CREATED, UPDATED]);
    log.compact(1);
    assert.deepEqual(log.history(1, 100).rows, [[UPDATED, CREATED]]);
    log.compact(2);
    log.append([DELETED]);
    assert.deepEqual(log.history(2, 100).rows, [[DELETED, UPDATED]]);
    log.compact(3);
    log.close();
    assert.equal(rowsIn(directory.path), 0);
    const again = new LogFile(directory.path);
    assert.equal(again.state.revision, 3);
    assert.equal(again.state.compactedRevision, 3);
    again.close();
  });

  it("finds each superseded row by an index, however much its revision wrote", async () => {
    await using directory = await tempDirectory();
    new LogFile(directory.path).close();
    const db = new DatabaseSync(fileIn(directory.path));
    const plan = db
      .prepare(`EXPLAIN QUERY PLAN SELECT p.seq FROM log l JOIN log p ON ${SUPERSEDES}`)
      .all()
      .map((step) => step["detail"]);
    db.close();
    const found = /^SEARCH p USING (COVERING )?INDEX \w+ \(revision=\? AND kind=\? AND id=\?\)$/;
    assert.match(String(plan[1]), found);
  });

  it("finds a value whose bytes have changed", async () => {
    await using directory = await tempDirectory();
    const log = new LogFile(directory.path);
    log.append([CREATED]);
    log.close();
    change(directory.path, `UPDATE log SET value = '"0ne"'`);
    const again = new LogFile(directory.path);
    assert.throws(() => again.loadNext(), /checksum/);
    again.close();
  });

  it("finds a view that shows other rows than it was made to", async () => {
    await using directory = await tempDirectory();
    const log = new LogFile(directory.path);
    log.append([CREATED]);
    log.close();
    const file = readFileSync(log.path);
    file.write("'eeleted'", file.indexOf("'deleted'"));
    writeFileSync(log.path, file);
    assert.throws(() => new LogFile(directory.path), /schema/);
  });

  it("brings an older file up to date, once, and refuses one from the future", async () => {
    await using directory = await tempDirectory();
    const log = new LogFile(directory.path);
    log.append([CREATED]);
    log.close();
    const next = [...MIGRATIONS, { name: "labels", sql: "CREATE TABLE labels (id TEXT) STRICT" }];
    for (let opening = 0; opening < 2; opening++) {
      const migrated = new LogFile(directory.path, next);
      assert.deepEqual(migrated.loadNext(), [CREATED]);
      migrated.close();
    }
    assert.throws(() => new LogFile(directory.path), /newer version/);
  });

  it("reads a file of each older version", async () => {
    for (let version = 1; version < MIGRATIONS.length; version++) {
      await using directory = await tempDirectory();
      const older = new LogFile(directory.path, MIGRATIONS.slice(0, version));
      older.append([CREATED, UPDATED]);
      older.close();
      const log = new LogFile(directory.path);
      assert.deepEqual(log.loadNext(), [UPDATED]);
      assert.deepEqual(log.history(1, 100).rows, [[UPDATED, CREATED]]);
      log.close();
    }
  });

  it("leaves the file as it was when a migration fails", async () => {
    await using directory = await tempDirectory();
    const log = new LogFile(directory.path);
    log.append([CREATED]);
    log.close();
    const broken = [
      ...MIGRATIONS,
      { name: "half", sql: "CREATE TABLE half (id TEXT); CREATE TABLE log (seq INTEGER)" },
    ];
    assert.throws(() => new LogFile(directory.path, broken));
    const again = new LogFile(directory.path);
    assert.deepEqual(again.loadNext(), [CREATED]);
    again.close();
  });
});

describe("describeFault", () => {
  const FILE = "/data/store.db";
  const sqlite = (errcode: number): unknown =>
    Object.assign(new Error("x"), { errcode, errstr: "a fault" });
  const TABLE: readonly (readonly [string, unknown, string])[] = [
    ["a lock", sqlite(5), "store_locked"],
    ["a full disk", sqlite(13), "store_full"],
    ["an extended code of input and output", sqlite(10 | (3 << 8)), "store_unavailable"],
    ["a file that cannot be opened", sqlite(14), "store_unavailable"],
    ["a damaged page", sqlite(11), "store_corrupt"],
    ["no database", sqlite(26), "store_corrupt"],
    ["no permission", Object.assign(new Error("x"), { code: "EACCES" }), "store_unavailable"],
    ["no space", Object.assign(new Error("x"), { code: "ENOSPC" }), "store_full"],
    ["anything else", "what?", "store_unavailable"],
  ];
  for (const [what, error, code] of TABLE) {
    it(`knows ${what}`, () => {
      const fault = describeFault(error, FILE);
      assert.equal(fault.code, code);
      assert.ok(fault.message.includes(FILE));
    });
  }
});

function rowsIn(directory: string): unknown {
  const db = new DatabaseSync(fileIn(directory));
  const count = db.prepare("SELECT count(*) AS n FROM log").get()?.["n"];
  db.close();
  return count;
}

function change(directory: string, sql: string): void {
  const db = new DatabaseSync(fileIn(directory));
  db.exec(sql);
  db.close();
}
