import type { Resource } from "../resource/resource.ts";
import type { Interest } from "../subscription/interest.ts";
import { globCovers } from "../subscription/resource-name.ts";
import type { ResourceSet } from "../table/resource-set.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import { coveredResources } from "./covered-resources.ts";
import { exactResource } from "./exact-resource.ts";

/** What changed for one client since its last answer. */
export interface SotwDifference {
  /** Resources that it has not, or in another version, or asked for anew. */
  readonly set: ReadonlyMap<string, Resource>;
  /** Names that were looked at and are not there. */
  readonly missing: ReadonlySet<string>;
  /** Whether something that it has is gone. */
  readonly hasRemovals: boolean;
}

export interface DifferenceSource {
  readonly table: ResourceTable;
  readonly interest: Interest;
  /** Contents that the wildcard or the globs were brought to; undefined: compare everything. */
  readonly held: ResourceSet | undefined;
  /** Name → version, of names that are held one by one. What is gone is deleted. */
  readonly sent: Map<string, string>;
  readonly asked: ReadonlySet<string>;
  /** Watched names that changed; undefined: look at all. */
  readonly changed: ReadonlySet<string> | undefined;
  /** Versions that the client refused. What is gone is deleted. */
  readonly refused: Map<string, string>;
}

/** Compares what a client has with what it should have; the cost follows the changes. */
export function sotwDifference(source: DifferenceSource): SotwDifference {
  const { table, interest, sent, asked, refused } = source;
  const set = new Map<string, Resource>();
  const missing = new Set<string>();
  const isHeld = interest.isWildcard && source.held !== undefined;
  let hasRemovals = false;
  for (const name of candidates(source) ?? everything(source)) {
    const resource = exactResource(table, name);
    if (resource === undefined) {
      hasRemovals = sent.delete(name) || isHeld || hasRemovals;
      refused.delete(name);
      missing.add(name);
    } else if (sent.get(name) !== resource.version) {
      set.set(name, resource);
    }
  }
  for (const name of asked) {
    const resource = exactResource(table, name);
    if (resource === undefined) missing.add(name);
    else set.set(name, resource);
    const glob = interest.globs.get(name);
    if (glob === undefined) continue;
    for (const member of table.inDirectory(glob.prefix)) {
      if (globCovers(glob, member.name)) set.set(member.name, member);
    }
  }
  return { set, missing, hasRemovals };
}

/** The names that may have changed for the client; undefined: any. */
function candidates(source: DifferenceSource): Iterable<string> | undefined {
  const { table, interest, held, changed } = source;
  const differing = held && table.contents.changesSince(held);
  if (interest.isWildcard) return differing;
  if (changed === undefined) return undefined;
  if (interest.globs.size === 0) return Array.from(changed).filter((name) => interest.covers(name));
  if (differing === undefined) return undefined;
  return new Set([...changed, ...differing].filter((name) => interest.covers(name)));
}

function everything({ table, interest, sent }: DifferenceSource): ReadonlySet<string> {
  const names = new Set(sent.keys());
  for (const { name } of coveredResources(table, interest)) names.add(name);
  return names;
}
