import type { Resource } from "../resource/resource.ts";
import type { Interest } from "../subscription/interest.ts";
import type { ResourceSet } from "../table/resource-set.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import { exactResource } from "./exact-resource.ts";
import type { ResourceStatus, SyncState } from "./type-machine.ts";

export interface StatusSource {
  readonly table: ResourceTable | undefined;
  readonly interest: Interest;
  /** Contents that the client was brought to under the wildcard. */
  readonly held: ResourceSet | undefined;
  readonly sent: ReadonlyMap<string, string>;
  readonly refused: ReadonlyMap<string, string>;
}

/** How each resource that a client wants stands with it (xds §2.11, the server's view). */
export function* statusOfResources(
  source: StatusSource,
  resourcesInFlight: readonly Resource[],
): Iterable<ResourceStatus> {
  const { table, interest, held, sent, refused } = source;
  if (table === undefined || !table.isKnown) return;
  const inFlight = new Set(resourcesInFlight.map(({ name }) => name));
  const isSent = ({ name, version }: Resource): boolean =>
    (interest.isWildcard ? held?.get(name)?.version : sent.get(name)) === version;
  for (const resource of covered(table, interest)) {
    const { name, version } = resource;
    let state: SyncState = "synced";
    if (refused.get(name) === version) state = "error";
    else if (!isSent(resource)) state = "not-sent";
    else if (inFlight.has(name)) state = "stale";
    yield { name, version, state, resource };
  }
}

/** The resources that a client wants and that exist. */
export function* covered(table: ResourceTable, interest: Interest): Iterable<Resource> {
  if (interest.isWildcard) {
    yield* table.all();
    return;
  }
  for (const name of interest.names) {
    const resource = exactResource(table, name);
    if (resource !== undefined) yield resource;
  }
  // Globs that differ in their parameters share a directory.
  const prefixes = new Set(Array.from(interest.globs.values(), ({ prefix }) => prefix));
  for (const prefix of prefixes) {
    for (const resource of table.inDirectory(prefix)) {
      if (!interest.names.has(resource.name) && interest.covers(resource.name)) yield resource;
    }
  }
}
