/** Marks our files, so that a foreign database is never written to ("SgBx" in ASCII). */
export const APPLICATION_ID = 0x53674278;

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/**
 * The file's schema, step by step; the version of a file is how many of them it has been through.
 * Steps are only ever added.
 *
 * `log` is append-only: one row a change, and the value is stored nowhere else. `present` is what
 * the log amounts to. `previous` is the revision of the row that a row supersedes. `compaction` has
 * one row. Checksums cover all other columns of a row, because SQLite itself does not notice when
 * the bytes of a value change.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: "revision log",
    sql: `
      CREATE TABLE log (
        seq      INTEGER PRIMARY KEY,
        revision INTEGER NOT NULL,
        type     TEXT    NOT NULL,
        kind     TEXT    NOT NULL,
        id       TEXT    NOT NULL,
        created  INTEGER NOT NULL,
        previous INTEGER,
        value    TEXT,
        checksum INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX log_revision ON log (revision);
      CREATE TABLE compaction (
        revision INTEGER NOT NULL,
        checksum INTEGER NOT NULL
      ) STRICT;
      CREATE VIEW present AS
        SELECT * FROM log
        WHERE type <> 'deleted' AND seq IN (SELECT max(seq) FROM log GROUP BY kind, id);
    `,
  },
  {
    name: "superseded rows by name",
    // One revision may have written thousands of rows: to look through all of them for the one
    // that each later row supersedes takes the square of their number.
    sql: `
      CREATE INDEX log_row ON log (revision, kind, id);
      DROP INDEX log_revision;
    `,
  },
];
