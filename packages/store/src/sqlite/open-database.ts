import { accessSync, closeSync, constants, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { damagedFile, foreignFile, LogFault } from "./log-fault.ts";
import { APPLICATION_ID, type Migration } from "./log-schema.ts";

/**
 * Opens the file for this process alone, or makes it, and brings its schema up to date. A file that
 * is not ours, is damaged, is newer than we are or is held by another process is left as it is.
 */
export function openDatabase(file: string, migrations: readonly Migration[]): DatabaseSync {
  makeFile(file);
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    prepare(db, file, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function prepare(db: DatabaseSync, file: string, migrations: readonly Migration[]): void {
  // Before anything else: the first access takes the lock and keeps it.
  db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF");
  // Counts for a new file only. Resources are about 1 KB; with 4 KiB pages a write costs more.
  db.exec("PRAGMA page_size = 8192");
  db.exec("BEGIN IMMEDIATE");
  const version = versionOf(db, file, migrations.length);
  db.exec("COMMIT");
  if (version > 0) {
    checkPages(db, file);
    checkSchema(db, file, migrations.slice(0, version));
  }
  if (pragma(db, "journal_mode = WAL") !== "wal") {
    throw new LogFault("store_unavailable", `${file} lies on a file system without locks`);
  }
  db.exec("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864");
  db.exec("PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON");
  if (version < migrations.length) migrate(db, version, migrations);
}

/**
 * SQLite would create the file with the process's umask; what is stored is nobody else's. The file
 * is only opened when it is new: closing a file of ours would drop the locks that SQLite holds on
 * it elsewhere in this process.
 */
function makeFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    // SQLite would only find an "I/O error", and that when it comes to lock the file.
    accessSync(file, constants.R_OK | constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
  }
}

/** 0 for a file without anything in it. */
function versionOf(db: DatabaseSync, file: string, latest: number): number {
  const application = pragma(db, "application_id");
  const version = Number(pragma(db, "user_version"));
  const tables = db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"];
  if (application === 0 && version === 0 && tables === 0) return 0;
  if (application !== APPLICATION_ID) throw foreignFile(file);
  if (version > latest) {
    throw new LogFault(
      "store_corrupt",
      `${file} was written by a newer version (schema ${version}, here ${latest}); upgrade Signalbox`,
    );
  }
  if (version < 1) throw damagedFile(file, `schema ${version}`);
  return version;
}

function checkPages(db: DatabaseSync, file: string): void {
  const finding = pragma(db, "integrity_check(1)");
  if (finding !== "ok") throw damagedFile(file, String(finding).split("\n", 1)[0] ?? "");
}

/**
 * SQLite takes every schema that it can parse: in a damaged one a view may show other rows than it
 * was made to.
 */
function checkSchema(db: DatabaseSync, file: string, migrations: readonly Migration[]): void {
  const intact = new DatabaseSync(":memory:");
  try {
    for (const { sql } of migrations) intact.exec(sql);
    if (schemaOf(db) !== schemaOf(intact)) throw damagedFile(file, "its schema has changed");
  } finally {
    intact.close();
  }
}

/** Without the statistics that ANALYZE, or a tool that looked into the file, leaves. */
function schemaOf(db: DatabaseSync): string {
  const rows = db.prepare(
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_stat*' ORDER BY type, name",
  );
  return JSON.stringify(rows.all());
}

function migrate(db: DatabaseSync, from: number, migrations: readonly Migration[]): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    for (const { sql } of migrations.slice(from)) db.exec(sql);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}
