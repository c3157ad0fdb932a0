import type { Commit, PendingChange, PendingCommit } from "../commit/commit.ts";
import { changedResource } from "../changed-resource.ts";
import { deepFreeze } from "../json-value.ts";
import type { Change, Resource } from "../store.ts";
import type { HistoryRow, LogRow } from "./log-messages.ts";

/** The rows of a batch, in order. */
export function rowsOf(batch: readonly PendingCommit[]): LogRow[] {
  return batch.flatMap(({ revision, changes }) => changes.map((change) => rowOf(revision, change)));
}

/** A row of the present state as a resource. */
export function resourceOf(row: LogRow): Resource {
  const [revision, , kind, id, createdRevision, , text] = row;
  return Object.freeze({ kind, id, value: parse(text), revision, createdRevision });
}

/** Rows, in order and whole revisions only, as commits. */
export function commitsOf(rows: readonly HistoryRow[]): Commit[] {
  const commits: Commit[] = [];
  let changes: Change[] = [];
  for (const [index, row] of rows.entries()) {
    const revision = row[0][0];
    changes.push(changeOf(row));
    if (rows[index + 1]?.[0][0] === revision) continue;
    commits.push(Object.freeze({ type: "commit", revision, changes: Object.freeze(changes) }));
    changes = [];
  }
  return commits;
}

function rowOf(revision: number, { change, text }: PendingChange): LogRow {
  const { type } = change;
  const previous = type === "created" ? null : change.previous.revision;
  const { kind, id, createdRevision } = changedResource(change);
  return [revision, type, kind, id, createdRevision, previous, text ?? null];
}

function changeOf([row, superseded]: HistoryRow): Change {
  if (superseded === null) return Object.freeze({ type: "created", resource: resourceOf(row) });
  const previous = resourceOf(superseded);
  if (row[1] === "deleted") return Object.freeze({ type: "deleted", previous, revision: row[0] });
  return Object.freeze({ type: "updated", resource: resourceOf(row), previous });
}

/** The text matched its checksum, so it is what `JSON.stringify` wrote. */
function parse(text: string | null): unknown {
  return text === null ? undefined : deepFreeze(JSON.parse(text));
}
