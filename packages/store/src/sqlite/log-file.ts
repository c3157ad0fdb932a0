import { join } from "node:path";
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { damagedFile, LogFault } from "./log-fault.ts";
import type {
  HistoryPage,
  HistoryRow,
  HistoryStretch,
  LogOperations,
  LogRow,
  LogState,
} from "./log-messages.ts";
import { MIGRATIONS, type Migration } from "./log-schema.ts";
import { openDatabase } from "./open-database.ts";
import { rowChecksum } from "./row-checksum.ts";

const LOAD_ROWS = 4000;
const STRETCH_ROWS = 1024;

/** Row `l` supersedes row `p`. */
export const SUPERSEDES = "p.revision = l.previous AND p.kind = l.kind AND p.id = l.id";

type Row = Record<string, SQLOutputValue>;

/** The revision log in its SQLite file. Synchronous: it lives in a thread of its own. */
export class LogFile implements Omit<LogOperations, "open"> {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #size: StatementSync;
  readonly #present: Iterator<Row>;
  #nextSeq: number;
  #revision: number;
  #compactedRevision: number;

  /** @throws LogFault, or what SQLite and the file system throw: see `describeFault`. */
  constructor(directory: string, migrations: readonly Migration[] = MIGRATIONS) {
    this.path = fileIn(directory);
    this.#db = openDatabase(this.path, migrations);
    this.#insert = this.#db.prepare("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#size = this.#db.prepare(
      "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
    );
    this.#present = this.#db.prepare("SELECT * FROM present").iterate() as Iterator<Row>;
    const last = this.#db.prepare("SELECT max(seq) AS seq, max(revision) AS revision FROM log");
    const { seq, revision } = last.get() ?? {};
    this.#compactedRevision = this.#readCompacted();
    this.#revision = Math.max(Number(revision ?? 0), this.#compactedRevision);
    this.#nextSeq = Number(seq ?? 0) + 1;
  }

  get state(): LogState {
    const sizeBytes = Number(this.#size.get()?.["bytes"]);
    return {
      revision: this.#revision,
      compactedRevision: this.#compactedRevision,
      sizeBytes,
    };
  }

  stretches(): readonly HistoryStretch[] {
    const rows = this.#db
      .prepare(
        `SELECT max(revision) AS last, sum(octet_length(value)) AS length FROM log
         WHERE revision > ? GROUP BY revision / ${STRETCH_ROWS} ORDER BY 1`,
      )
      .all(this.#compactedRevision);
    return rows.map((row) => [Number(row["last"]), Number(row["length"] ?? 0)]);
  }

  loadNext(): readonly LogRow[] {
    const rows: LogRow[] = [];
    while (rows.length < LOAD_ROWS) {
      const { value, done } = this.#present.next();
      if (done) break;
      rows.push(this.#checked(value));
    }
    return rows;
  }

  append(rows: readonly LogRow[]): LogState {
    const first = rows[0]?.[0];
    if (first !== this.#revision + 1) {
      throw new LogFault(
        "store_unavailable",
        `revision ${first} does not follow ${this.#revision}`,
      );
    }
    let seq = this.#nextSeq;
    this.#inTransaction(() => {
      for (const row of rows) {
        const [revision, type, kind, id, created, previous, text] = row;
        const checksum = rowChecksum([seq, ...row]);
        this.#insert.run(seq, revision, type, kind, id, created, previous, text, checksum);
        seq += 1;
      }
    });
    this.#nextSeq = seq;
    this.#revision = rows.at(-1)?.[0] ?? this.#revision;
    return this.state;
  }

  history(after: number, maxRows: number): HistoryPage {
    const compactedRevision = this.#compactedRevision;
    if (after < compactedRevision) return { compactedRevision, rows: [] };
    const last = this.#db
      .prepare("SELECT revision FROM log WHERE revision > ? ORDER BY revision LIMIT 1 OFFSET ?")
      .get(after, maxRows - 1);
    const rows = this.#db
      .prepare(
        `SELECT l.*, p.seq AS superseded_seq, p.type AS superseded_type,
           p.created AS superseded_created, p.previous AS superseded_previous,
           p.value AS superseded_value, p.checksum AS superseded_checksum
         FROM log l LEFT JOIN log p ON ${SUPERSEDES}
         WHERE l.revision > ? AND l.revision <= ? ORDER BY l.seq`,
      )
      .all(after, Number(last?.["revision"] ?? this.#revision));
    return { compactedRevision, rows: rows.map((row) => this.#historyRow(row)) };
  }

  /** Forgets rows up to `upTo` that are no longer part of the state at that revision. */
  compact(upTo: number): LogState {
    const from = this.#compactedRevision;
    const target = Math.min(upTo, this.#revision);
    if (target <= from) return this.state;
    this.#inTransaction(() => {
      this.#db
        .prepare(
          `DELETE FROM log WHERE seq IN (
             SELECT p.seq FROM log l JOIN log p ON ${SUPERSEDES}
             WHERE l.revision > ?1 AND l.revision <= ?2
             UNION ALL
             SELECT seq FROM log WHERE type = 'deleted' AND revision > ?1 AND revision <= ?2)`,
        )
        .run(from, target);
      this.#db.exec("DELETE FROM compaction");
      this.#db.prepare("INSERT INTO compaction VALUES (?, ?)").run(target, rowChecksum([target]));
    });
    this.#compactedRevision = target;
    return this.state;
  }

  close(): void {
    this.#db.close();
  }

  #inTransaction(work: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#db.exec("COMMIT");
    } catch (error) {
      // SQLite has rolled some failures back itself.
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  #readCompacted(): number {
    const row = this.#db.prepare("SELECT revision, checksum FROM compaction").get();
    if (row === undefined) return 0;
    const revision = Number(row["revision"]);
    if (row["checksum"] !== rowChecksum([revision])) {
      throw damagedFile(this.path, "the compaction row does not match its checksum");
    }
    return revision;
  }

  #historyRow(row: Row): HistoryRow {
    const current = this.#checked(row);
    if (row["previous"] === null) return [current, null];
    const superseded: Row = {
      revision: row["previous"] as number,
      kind: current[2],
      id: current[3],
    };
    for (const name of ["seq", "type", "created", "previous", "value", "checksum"]) {
      superseded[name] = row[`superseded_${name}`] ?? null;
    }
    return [current, this.#checked(superseded)];
  }

  #checked(row: Row): LogRow {
    const columns = [
      row["revision"],
      row["type"],
      row["kind"],
      row["id"],
      row["created"],
      row["previous"],
      row["value"],
    ] as unknown as LogRow;
    if (row["checksum"] !== rowChecksum([row["seq"] as number, ...columns])) {
      throw damagedFile(this.path, `the row ${String(row["seq"])} does not match its checksum`);
    }
    return columns;
  }
}

/** The store's file in its directory. */
export function fileIn(directory: string): string {
  return join(directory, "store.db");
}
