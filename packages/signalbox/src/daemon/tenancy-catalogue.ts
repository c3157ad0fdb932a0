import type { Config } from "../config/schema.ts";

/** The organizations and projects that the operator declared. */
export interface TenancyCatalogue {
  organizationExists(organizationId: string): boolean;
  projectExists(organizationId: string, projectId: string): boolean;
}

export function createTenancyCatalogue({
  organizations,
  projects,
}: Pick<Config, "organizations" | "projects">): TenancyCatalogue {
  const organizationIds = new Set(organizations.map(({ id }) => id));
  const owners = new Map(projects.map(({ id, organizationId }) => [id, organizationId]));
  return {
    organizationExists: (id) => organizationIds.has(id),
    projectExists: (organizationId, projectId) => owners.get(projectId) === organizationId,
  };
}
