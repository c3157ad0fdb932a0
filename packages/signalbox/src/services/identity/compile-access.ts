import type { AccessList, OrganizationGrants } from "@signalbox/http";
import type { Role, RoleGrant } from "./role.ts";

/**
 * What a role grants where, compiled once when the role is bound: a request then only looks sets
 * up. A role's organization and project blocks count only where the grant names one.
 */
export function compileAccess(role: Role, { organizationId, projectId }: RoleGrant): AccessList {
  const organizations = new Map<string, OrganizationGrants>();
  if (organizationId !== undefined) {
    const projects =
      projectId === undefined
        ? new Map<string, ReadonlySet<string>>()
        : new Map([[projectId, new Set(role.project)]]);
    organizations.set(organizationId, { grants: new Set(role.organization), projects });
  }
  return Object.freeze({ global: new Set(role.global), organizations });
}

/** Why a role cannot be bound like this, or undefined. A grant that grants nothing is a mistake. */
export function grantFault(role: Role, grant: RoleGrant): string | undefined {
  if (grant.projectId !== undefined && grant.organizationId === undefined) {
    return "a project needs its organization beside it";
  }
  if (role.project.length > 0 && grant.projectId === undefined) {
    return `role ${role.name} holds in a project: name one`;
  }
  if (role.organization.length > 0 && grant.organizationId === undefined) {
    return `role ${role.name} holds in an organization: name one`;
  }
  return undefined;
}
