import {
  allows,
  allowsEverywhere,
  matchesTags,
  type Permission,
  type Principal,
  tagFilters,
} from "@signalbox/http";
import type { Kind } from "@signalbox/store";
import type { ProjectMetadata } from "../../model/metadata.ts";
import type { ProvisioningStatus } from "../../model/provisioning-status.ts";
import type { ResourceSet } from "./resource-set.ts";

/** What the lists of a project's resources may be filtered by. */
export interface ProjectListQuery {
  readonly tag?: readonly string[];
  readonly name?: readonly string[];
  readonly status?: readonly ProvisioningStatus[];
  readonly organizationID?: readonly string[];
  readonly projectID?: readonly string[];
  readonly regionID?: readonly string[];
  readonly networkID?: readonly string[];
}

interface Listed {
  readonly metadata: ProjectMetadata;
  readonly regionId?: string;
  readonly networkId?: string;
}

/**
 * The resources of a kind that match the query and that the caller may read; each item is checked
 * against its own tenancy (compute-api §3.5).
 *
 * @throws Problem `invalid_request` for a tag filter that is none
 */
export function projectList<T extends Listed>(
  kind: Kind<T>,
  statusOf: (value: T) => ProvisioningStatus,
  query: ProjectListQuery,
  principal: Principal,
  permission: Permission,
): ResourceSet<T> {
  const tags = tagFilters(query.tag);
  const filter = (value: T): boolean => {
    const { metadata } = value;
    return (
      metadata.apiVersion === 2 &&
      isAmong(query.organizationID, metadata.organizationId) &&
      isAmong(query.projectID, metadata.projectId) &&
      isAmong(query.regionID, value.regionId) &&
      isAmong(query.networkID, value.networkId) &&
      isAmong(query.name, metadata.name) &&
      matchesTags(metadata.tags, tags) &&
      isAmong(query.status, query.status && statusOf(value)) &&
      allows(principal, permission, metadata)
    );
  };
  return { kind, filter, index: narrowestIndex(kind, query, principal, permission) };
}

/** No filter of this name lets everything through. */
function isAmong<V>(wanted: readonly V[] | undefined, value: V | undefined): boolean {
  return wanted === undefined || (value !== undefined && wanted.includes(value));
}

/** The index that leaves the fewest resources to look at; the filter stays what decides. */
function narrowestIndex<T>(
  kind: Kind<T>,
  query: ProjectListQuery,
  principal: Principal,
  permission: Permission,
): ResourceSet<T>["index"] {
  const own = allowsEverywhere(principal, permission)
    ? undefined
    : [...principal.access.organizations.keys()];
  const candidates = [
    ["network", query.networkID],
    ["project", query.projectID],
    ["organization", query.organizationID ?? own],
    ["region", query.regionID],
  ] as const;
  for (const [name, values] of candidates) {
    const [value] = values ?? [];
    if (value !== undefined && values?.length === 1 && kind.indexes.has(name)) {
      return { name, value };
    }
  }
  return undefined;
}
