import type { Resource } from "../resource/resource.ts";
import type { Interest } from "../subscription/interest.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import { exactResource } from "./exact-resource.ts";

/** The resources that a client wants and that exist. */
export function* coveredResources(table: ResourceTable, interest: Interest): Iterable<Resource> {
  if (interest.isWildcard) {
    yield* table.all();
    return;
  }
  for (const name of interest.names) {
    const resource = exactResource(table, name);
    if (resource !== undefined) yield resource;
  }
  for (const prefix of interest.directories) {
    for (const resource of table.inDirectory(prefix)) {
      if (!interest.names.has(resource.name) && interest.covers(resource.name)) yield resource;
    }
  }
}
