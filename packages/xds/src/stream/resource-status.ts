import type { Resource } from "../resource/resource.ts";
import type { Interest } from "../subscription/interest.ts";
import type { ResourceSet } from "../table/resource-set.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import { coveredResources } from "./covered-resources.ts";

/**
 * How one resource stands with one client, as the server sees it (xds §2.11): accepted as it is
 * now; not sent as it is now; sent, and no word of the client yet; refused as it is now.
 */
export type SyncState = "synced" | "not-sent" | "stale" | "error";

/** One resource that a client wants, and how it stands with it. */
export interface ResourceStatus {
  readonly name: string;
  /** Of what the cache holds. */
  readonly version: string;
  readonly resource: Resource;
  readonly state: SyncState;
}

/** What the status of a type is told from; `TypeStanding` is one. */
export interface StatusSource {
  readonly table: ResourceTable | undefined;
  readonly interest: Interest;
  /** Contents that the client was brought to under the wildcard. */
  readonly held: ResourceSet | undefined;
  readonly sent: ReadonlyMap<string, string>;
  readonly refused: ReadonlyMap<string, string>;
}

/** Every resource that a client wants and that exists. */
export function* statusOfResources(
  source: StatusSource,
  resourcesInFlight: readonly Resource[],
): Iterable<ResourceStatus> {
  const { table, interest, held, sent, refused } = source;
  if (table === undefined || !table.isKnown) return;
  const inFlight = new Set(resourcesInFlight.map(({ name }) => name));
  const isSent = ({ name, version }: Resource): boolean =>
    (interest.isWildcard ? held?.get(name)?.version : sent.get(name)) === version;
  for (const resource of coveredResources(table, interest)) {
    const { name, version } = resource;
    let state: SyncState = "synced";
    if (refused.get(name) === version) state = "error";
    else if (!isSent(resource)) state = "not-sent";
    else if (inFlight.has(name)) state = "stale";
    yield { name, version, state, resource };
  }
}
