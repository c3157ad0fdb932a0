import type { Config } from "../config/schema.ts";
import type { Endpoints } from "./endpoints-file.ts";
import type { RegionSet } from "./region-set.ts";

/** Addresses by listener; undefined for those that are off. */
export type ListenerUrls = Readonly<
  Record<"rest" | "ops" | "xds" | "nodeApi" | "enrol" | "profiling", string | undefined>
>;

/** Where the daemon is reached, and the ids that commands use when none are given. */
export function describeEndpoints(
  config: Pick<Config, "organizations" | "projects">,
  { served }: Pick<RegionSet, "served">,
  urls: ListenerUrls,
): Endpoints {
  const [organization] = config.organizations;
  const project = config.projects.find((p) => p.organizationId === organization?.id);
  const all = {
    ...urls,
    region: served[0]?.region.id,
    organization: organization?.id,
    project: project?.id,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
