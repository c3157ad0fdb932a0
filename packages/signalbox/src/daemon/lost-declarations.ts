import { existsSync } from "node:fs";
import { Problem } from "@signalbox/base";
import type { Kind, Reader } from "@signalbox/store";
import { IMAGE, NETWORK, SECURITY_GROUP, SERVER, SSH_CA, XDS_GROUP } from "../model/kinds.ts";
import type { ProjectResource } from "../model/metadata.ts";
import type { Declarations } from "./first-declarations.ts";

/** Ids of organizations, projects and regions that stored resources refer to. */
export type ReferencedIds = Readonly<Record<keyof Declarations, readonly string[]>>;

/** What belongs to a project; some of it to a region, too. */
type Owned = ProjectResource & { readonly regionId?: string };

/** What came with a region's provider belongs to nobody, and is not counted. */
export function referencedIds(store: Pick<Reader, "list">): ReferencedIds {
  const organizations = new Set<string>();
  const projects = new Set<string>();
  const regions = new Set<string>();
  for (const { metadata, regionId } of ownedResources(store)) {
    organizations.add(metadata.organizationId);
    projects.add(metadata.projectId);
    if (regionId !== undefined) regions.add(regionId);
  }
  for (const { value } of store.list(IMAGE).items) {
    if (value.source.type === "builtin") continue;
    if (value.organizationId !== undefined) organizations.add(value.organizationId);
    regions.add(value.regionId);
  }
  return { organizations: [...organizations], projects: [...projects], regions: [...regions] };
}

function ownedResources(store: Pick<Reader, "list">): readonly Owned[] {
  const valuesOf = <T extends Owned>(kind: Kind<T>): readonly Owned[] =>
    store.list(kind).items.map(({ value }) => value);
  return [
    ...valuesOf(NETWORK),
    ...valuesOf(SECURITY_GROUP),
    ...valuesOf(SSH_CA),
    ...valuesOf(SERVER),
    ...valuesOf(XDS_GROUP),
  ];
}

/**
 * Refuses to make new ids for what an earlier start has declared in a file that is lost: whatever
 * the store holds would belong to nobody, and its machines would be in a region that nobody serves.
 *
 * @param path the data directory's own configuration file
 * @param declarations what this start would write there
 * @throws Problem `config_invalid` that names the ids
 */
export function assertDeclarationsKept(
  path: string,
  declarations: Declarations,
  store: Pick<Reader, "list">,
): void {
  const names = Object.keys(declarations) as (keyof Declarations)[];
  if (names.length === 0 || existsSync(path)) return;
  const referenced = referencedIds(store);
  const lost = names.flatMap((name) =>
    referenced[name].length === 0 ? [] : [`${name} ${referenced[name].join(", ")}`],
  );
  if (lost.length === 0) return;
  throw new Problem(
    "config_invalid",
    `${path} is lost, and with it ids that the store refers to: ${lost.join("; ")}. Put the file ` +
      "back from a backup, or declare these ids in it (docs/configuration.md). To give up what " +
      `the store holds and begin with new ids, make an empty ${path}`,
  );
}
