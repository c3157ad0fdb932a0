import type { Commit } from "../commit/commit.ts";
import type { Kind } from "../kind.ts";
import type { Change } from "../store.ts";

/** Cuts a commit down to what a watch asked for; `undefined` when nothing is left. */
export function matchKinds(
  kinds: readonly Kind<never>[] | undefined,
): (commit: Commit) => Commit | undefined {
  if (kinds === undefined) return (commit) => commit;
  const names = new Set(kinds.map(({ name }) => name));
  return (commit) => {
    const changes = commit.changes.filter((change) => names.has(kindOf(change)));
    if (changes.length === commit.changes.length) return commit;
    if (changes.length === 0) return undefined;
    return Object.freeze({ ...commit, changes: Object.freeze(changes) });
  };
}

function kindOf(change: Change): string {
  return change.type === "deleted" ? change.previous.kind : change.resource.kind;
}
