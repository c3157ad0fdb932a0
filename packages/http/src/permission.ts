/** How far a grant must reach: the whole installation, one organization, or one project. */
export type PermissionScope = "global" | "organization" | "project";

/** What an operation demands: `{ endpoint: "region:servers", verb: "power", scope: "project" }`. */
export interface Permission {
  /** Service and collection, without a version: `region:servers`. */
  readonly endpoint: string;
  /** `create`, `read`, `update`, `delete` or a verb of its own, such as `power`. */
  readonly verb: string;
  readonly scope: PermissionScope;
}

/** Who owns an object. A region-wide object has neither, and then only global grants reach it. */
export interface Tenancy {
  readonly organizationId?: string | undefined;
  readonly projectId?: string | undefined;
}

/** `endpoint:verb` strings, each a permission held. */
export type Grants = ReadonlySet<string>;

/** What a caller may do in one organization: in all of it, and in projects of it by their id. */
export interface OrganizationGrants {
  readonly grants: Grants;
  readonly projects: ReadonlyMap<string, Grants>;
}

/** Everything a caller may do (compute-api §6.1), as it is checked. */
export interface AccessList {
  readonly global: Grants;
  readonly organizations: ReadonlyMap<string, OrganizationGrants>;
}

/** Who is calling, and what that caller may do. */
export interface Principal {
  /** Who holds the credentials: token id or certificate CN. The audit's actor. */
  readonly subject: string;
  readonly kind: "user" | "service" | "system";
  /** On whose behalf, when a system account names one in `X-Principal`; else the subject. */
  readonly actor: string;
  readonly organizationIds: readonly string[];
  readonly access: AccessList;
}

/** The name under which grants hold a permission: `region:servers:power`. */
export function grantName({ endpoint, verb }: Permission): string {
  return `${endpoint}:${verb}`;
}

/** True when the principal holds the permission over everything there is. */
export function allowsEverywhere({ access }: Principal, permission: Permission): boolean {
  return access.global.has(grantName(permission));
}

/** True when the principal holds the permission over this tenancy; a wider grant always serves. */
export function allows(principal: Principal, permission: Permission, tenancy: Tenancy): boolean {
  const wanted = grantName(permission);
  const { access } = principal;
  if (access.global.has(wanted)) return true;
  if (permission.scope === "global" || tenancy.organizationId === undefined) return false;
  const organization = access.organizations.get(tenancy.organizationId);
  if (organization === undefined) return false;
  if (organization.grants.has(wanted)) return true;
  if (permission.scope === "organization" || tenancy.projectId === undefined) return false;
  return organization.projects.get(tenancy.projectId)?.has(wanted) ?? false;
}

/** True when the principal holds the permission over anything at all. */
export function allowsSomewhere(principal: Principal, permission: Permission): boolean {
  const wanted = grantName(permission);
  const { access } = principal;
  if (access.global.has(wanted)) return true;
  for (const organization of access.organizations.values()) {
    if (organization.grants.has(wanted)) return true;
    for (const grants of organization.projects.values()) if (grants.has(wanted)) return true;
  }
  return false;
}
