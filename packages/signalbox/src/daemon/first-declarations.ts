import type { Random } from "@signalbox/base";
import type { Config, DeclaredRegion } from "../config/schema.ts";
import { newResourceId } from "../model/uuid.ts";

/** Sections that a start adds because nothing declared them. */
export type Declarations = Partial<Pick<Config, "organizations" | "projects" | "regions">>;

export type ProviderType = DeclaredRegion["type"];

/**
 * What has to be declared so that the command line needs no ids: an organization, a project, and
 * a region for each provider that has none. Empty when everything is there.
 */
export function missingDeclarations(
  config: Config,
  providers: readonly ProviderType[],
  random: Random,
): Declarations {
  const organizations =
    config.organizations.length > 0
      ? config.organizations
      : [{ id: newResourceId(random), name: "default" }];
  const [organization] = organizations;
  const missing = providers.filter((type) => !config.regions.some((r) => r.type === type));
  return {
    ...(organizations === config.organizations ? {} : { organizations: [...organizations] }),
    ...(config.projects.length > 0 || organization === undefined
      ? {}
      : {
          projects: [
            { id: newResourceId(random), name: "default", organizationId: organization.id },
          ],
        }),
    ...(missing.length === 0 ? {} : { regions: regionsWith(config, missing, random) }),
  };
}

function regionsWith(
  config: Config,
  missing: readonly ProviderType[],
  random: Random,
): DeclaredRegion[] {
  const added = missing.map((type): DeclaredRegion => {
    const isTaken = config.regions.some(({ name }) => name === type);
    const id = newResourceId(random);
    return { id, name: isTaken ? `${type}-${id.slice(0, 8)}` : type, type };
  });
  return [...config.regions, ...added];
}
