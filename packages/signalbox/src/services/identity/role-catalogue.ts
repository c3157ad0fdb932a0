import { Problem } from "@signalbox/base";
import { BUILTIN_ROLES } from "./builtin-roles.ts";
import type { Role } from "./role.ts";

/** A role as the operator declares it; absent blocks grant nothing. */
export interface DeclaredRole {
  readonly name: string;
  readonly global?: readonly string[];
  readonly organization?: readonly string[];
  readonly project?: readonly string[];
}

/** The built-in roles and the operator's own. */
export type RoleCatalogue = ReadonlyMap<string, Role>;

/** @throws Problem `config_invalid` when a declared role takes a built-in one's name */
export function createRoleCatalogue(declared: readonly DeclaredRole[]): RoleCatalogue {
  const roles = new Map(BUILTIN_ROLES);
  for (const { name, global = [], organization = [], project = [] } of declared) {
    if (BUILTIN_ROLES.has(name)) {
      throw new Problem("config_invalid", `roles: ${name} is built in; choose another name`);
    }
    roles.set(name, { name, global, organization, project });
  }
  return roles;
}

/** @throws Problem `config_invalid` that names the roles there are */
export function findRole(roles: RoleCatalogue, name: string): Role {
  const role = roles.get(name);
  if (role !== undefined) return role;
  throw new Problem("config_invalid", unknownRole(roles, name));
}

export function unknownRole(roles: RoleCatalogue, name: string): string {
  return `there is no role ${name}; there are ${[...roles.keys()].join(", ")}`;
}
