/** What a role grants, as `endpoint:verb`, by how far the grant reaches. */
export interface Role {
  readonly name: string;
  /** Held over everything. */
  readonly global: readonly string[];
  /** Held over the organization that the grant names, and all its projects. */
  readonly organization: readonly string[];
  /** Held over the project that the grant names. */
  readonly project: readonly string[];
}

/** Where a role holds: what the token or system account names beside it. */
export interface RoleGrant {
  readonly organizationId?: string | undefined;
  readonly projectId?: string | undefined;
}
