import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Problem, type ProblemCode } from "@signalbox/base";
import { CONFORMANCE_KINDS, GADGET, WIDGET } from "../conformance/harness.ts";
import { defineKind } from "../kind.ts";
import { openTestStore } from "../testing/open-test-store.ts";
import { tempDirectory } from "../testing/temp-directory.ts";

const REPORTER = fileURLToPath(new URL("../testing/open-and-report.ts", import.meta.url));
const NOBODY = 65534;

describe("openSqliteStore", () => {
  it("makes its directory and file for the owner alone", async () => {
    await using parent = await tempDirectory();
    const directory = join(parent.path, "a", "b");
    await using opened = await openTestStore(directory);
    await opened.store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }));
    assert.equal(modeOf(directory), 0o700);
    assert.equal(modeOf(join(directory, "store.db")), 0o600);
    assert.equal(modeOf(join(directory, "store.db-wal")), 0o600);
  });

  it("leaves nothing but the file when it is closed", async () => {
    await using directory = await tempDirectory();
    const opened = await openTestStore(directory.path);
    await opened.store.close();
    assert.throws(() => statSync(join(directory.path, "store.db-wal")), { code: "ENOENT" });
  });

  it("refuses a second opener, in this process and in another", async () => {
    await using directory = await tempDirectory();
    await using opened = await openTestStore(directory.path);
    await refuses(directory.path, "store_locked", /another process/);
    assert.match(report(directory.path), /^store_locked: /);
    await opened.store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }));
    await refuses(directory.path, "store_locked", /another process/);
  });

  it("can be opened once the process that held it was killed", async () => {
    await using directory = await tempDirectory();
    const holder = spawn(process.execPath, [...NODE_FLAGS, REPORTER, directory.path, "--hold"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = once(holder, "exit");
    await once(holder.stdout, "data");
    await refuses(directory.path, "store_locked", /another process/);
    holder.kill("SIGKILL");
    await exited;
    await using opened = await openTestStore(directory.path);
    assert.equal(opened.store.revision, 0);
  });

  it("leaves a foreign database alone", async () => {
    await using directory = await tempDirectory();
    const file = join(directory.path, "store.db");
    const db = new DatabaseSync(file);
    db.exec("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine')");
    db.close();
    await leavesAlone(file, () => refuses(directory.path, "store_corrupt", /not a store/));
  });

  it("leaves a file alone that is no database", async () => {
    await using directory = await tempDirectory();
    const file = join(directory.path, "store.db");
    writeFileSync(file, "Dear diary,\n".repeat(1000));
    await leavesAlone(file, () => refuses(directory.path, "store_corrupt", /not a store/));
  });

  it("leaves a truncated file alone", async () => {
    await using directory = await tempDirectory();
    await filled(directory.path);
    const file = join(directory.path, "store.db");
    truncateSync(file, statSync(file).size - 8192);
    await leavesAlone(file, () => refuses(directory.path, "store_corrupt", /damaged/));
  });

  it("takes an empty file for a new one", async () => {
    await using directory = await tempDirectory();
    writeFileSync(join(directory.path, "store.db"), "");
    await using opened = await openTestStore(directory.path);
    assert.equal(opened.store.revision, 0);
  });

  it("takes a file whose statistics somebody has gathered", async () => {
    await using directory = await tempDirectory();
    const made = await openTestStore(directory.path);
    await made.store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }));
    await made.store.close();
    const db = new DatabaseSync(join(directory.path, "store.db"));
    db.exec("ANALYZE");
    db.close();
    await using opened = await openTestStore(directory.path);
    assert.equal(opened.store.get(WIDGET, "a")?.value.name, "a");
  });

  it("says that a directory may not be written, and damages nothing", async () => {
    await using directory = await tempDirectory();
    await filled(directory.path);
    const file = join(directory.path, "store.db");
    chmodSync(directory.path, 0o555);
    chmodSync(file, 0o444);
    await leavesAlone(file, () => {
      assert.match(report(directory.path, NOBODY), /^store_unavailable: .*check its owner/);
    });
    chmodSync(directory.path, 0o755);
  });

  it("says that a directory cannot be made", async () => {
    await using parent = await tempDirectory();
    writeFileSync(join(parent.path, "file"), "");
    await refuses(join(parent.path, "file", "data"), "store_unavailable", /no directory/);
    const closed = join(parent.path, "closed");
    mkdirSync(closed, { mode: 0o555 });
    chmodSync(parent.path, 0o755);
    assert.match(report(join(closed, "data"), NOBODY), /^store_unavailable: .*check its owner/);
  });

  it("keeps resources of kinds that it does not know", async () => {
    await using directory = await tempDirectory();
    await filled(directory.path);
    {
      await using opened = await openTestStore(directory.path, { kinds: [WIDGET] });
      assert.throws(() => opened.store.get(GADGET, "g"), TypeError);
      await opened.store.transact((tx) => tx.create(WIDGET, "b", { name: "b" }));
      await opened.store.compact(opened.store.revision);
    }
    await using opened = await openTestStore(directory.path);
    assert.equal(opened.store.get(GADGET, "g")?.value.count, 7);
  });

  it("finds resources by an index that was declared later", async () => {
    await using directory = await tempDirectory();
    await filled(directory.path);
    const byName = defineKind<{ name: string }>("widget", { indexes: { name: (w) => w.name } });
    await using opened = await openTestStore(directory.path, { kinds: [byName, GADGET] });
    const page = opened.store.list(byName, { index: { name: "name", value: "widget 3" } });
    assert.deepEqual(
      page.items.map(({ id }) => id),
      ["w-3"],
    );
  });

  it("refuses two kinds of one name", async () => {
    await using directory = await tempDirectory();
    const kinds = [...CONFORMANCE_KINDS, defineKind<never>("widget")];
    await assert.rejects(openTestStore(directory.path, { kinds }), TypeError);
  });
});

const NODE_FLAGS = ["--conditions=source", "--disable-warning=ExperimentalWarning"];

/** What another process, of another user if need be, says of opening the store. */
function report(directory: string, uid = process.getuid?.()): string {
  const isRoot = process.getuid?.() === 0;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...NODE_FLAGS, REPORTER, directory],
    { encoding: "utf8", timeout: 60_000, ...(isRoot && uid !== undefined ? { uid } : {}) },
  );
  assert.equal(status, 1, stderr);
  return stdout;
}

async function refuses(directory: string, code: ProblemCode, message: RegExp): Promise<void> {
  await assert.rejects(openTestStore(directory), (error) => {
    assert.ok(Problem.is(error, code), String(error));
    assert.match(error.message, message);
    return true;
  });
}

async function leavesAlone(file: string, work: () => void | Promise<void>): Promise<void> {
  const before = readFileSync(file);
  await work();
  assert.ok(before.equals(readFileSync(file)), "the file has changed");
}

async function filled(directory: string): Promise<void> {
  await using opened = await openTestStore(directory);
  await opened.store.transact((tx) => {
    for (let n = 0; n < 100; n++) tx.create(WIDGET, `w-${n}`, { name: `widget ${n}` });
    tx.create(GADGET, "g", { widgetId: "w-1", count: 7 });
  });
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}
