import { changedResource } from "../changed-resource.ts";
import type { Commit } from "../commit/commit.ts";
import type { Kind } from "../kind.ts";

/** Cuts a commit down to what a watch asked for; `undefined` when nothing is left. */
export function matchKinds(
  kinds: readonly Kind<never>[] | undefined,
): (commit: Commit) => Commit | undefined {
  if (kinds === undefined) return (commit) => commit;
  const names = new Set(kinds.map(({ name }) => name));
  return (commit) => {
    const changes = commit.changes.filter((change) => names.has(changedResource(change).kind));
    if (changes.length === commit.changes.length) return commit;
    if (changes.length === 0) return undefined;
    return Object.freeze({ ...commit, changes: Object.freeze(changes) });
  };
}
