import { changedResource } from "../changed-resource.ts";
import type { Change } from "../store.ts";

/** A change as a line: two changes are the same if and only if their lines are. */
export interface RecordedChange {
  readonly kind: string;
  readonly id: string;
  readonly line: string;
}

/** A transaction that was acknowledged, in its writer's own words. */
export interface RecordedCommit {
  readonly revision: number;
  readonly changes: readonly RecordedChange[];
}

/** One event of a watch, its changes as lines. */
export type RecordedEvent =
  | ({ readonly type: "commit" } & RecordedCommit)
  | { readonly type: "bookmark"; readonly revision: number };

/** What one watch saw, from its first event until it ended or was cut off. */
export interface RecordedWatch {
  /** Who watched; a reader that reconnects has several watches of one name, in order. */
  readonly reader: string;
  /** Kinds that it asked for; `undefined` for all. */
  readonly kinds: readonly string[] | undefined;
  readonly from: number;
  readonly events: readonly RecordedEvent[];
}

/** A whole run: what writers were promised and what watchers saw. */
export interface History {
  /** Ordered by revision; without those that wrote nothing. */
  readonly commits: readonly RecordedCommit[];
  readonly watches: readonly RecordedWatch[];
}

/** The line covers everything that a watcher can rely on. */
export function recordChange(change: Change): RecordedChange {
  const { kind, id } = changedResource(change);
  return { kind, id, line: JSON.stringify(change, sortedKeys) };
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
