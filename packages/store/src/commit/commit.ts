import type { Change, WatchEvent } from "../store.ts";

/** One committed revision, as watchers are told of it. */
export type Commit = Extract<WatchEvent, { type: "commit" }>;

/** A change on its way to the log: `text` is the new value in JSON, written once. */
export interface PendingChange {
  readonly change: Change;
  readonly text: string | undefined;
}

/** A transaction that has run and waits to become durable. */
export interface PendingCommit {
  readonly revision: number;
  readonly changes: readonly PendingChange[];
}

export function commitOf(pending: PendingCommit): Commit {
  const changes = Object.freeze(pending.changes.map(({ change }) => change));
  return Object.freeze({ type: "commit", revision: pending.revision, changes });
}
