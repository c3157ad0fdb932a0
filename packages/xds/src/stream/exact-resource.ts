import type { Resource } from "../resource/resource.ts";
import type { ResourceTable } from "../table/resource-table.ts";

/** The resource of this name, not one that has it for an alias. */
export function exactResource(table: ResourceTable, name: string): Resource | undefined {
  const resource = table.get(name);
  return resource?.name === name ? resource : undefined;
}
