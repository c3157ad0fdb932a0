import { Problem } from "@signalbox/base";
import { compareBytes } from "../compare-bytes.ts";
import { covers } from "./permission.ts";

/** What a role grants and, whatever else its holders have, denies. */
export interface Role {
  readonly name: string;
  /** Permissions: `*` for all, `admin:*` for those that begin with `admin:`, or one by its name. */
  readonly grants: readonly string[];
  /** Written the same way; each beats every grant of every role. */
  readonly denials: readonly string[];
}

/** Why a user may or may not: the rule that decided. */
export type Decision =
  | { readonly allowed: true; readonly role: string; readonly grant: string }
  | {
      readonly allowed: false;
      readonly because: "denied";
      readonly role: string;
      readonly denial: string;
    }
  | { readonly allowed: false; readonly because: "not_granted"; readonly roles: readonly string[] }
  | { readonly allowed: false; readonly because: "unknown_user" };

/** The policy as data: what is stored, and what `Policy.from` takes. */
export interface PolicyRecord {
  readonly roles: readonly Role[];
  readonly users: readonly { readonly name: string; readonly roles: readonly string[] }[];
}

/**
 * Who may do what. Roles are sets of permissions, users sets of roles; a denial in any role beats
 * every grant. A role that is not defined yet grants nothing until it is.
 *
 * @example
 * ```ts
 * const policy = new Policy();
 * policy.setRole({ name: "operator", grants: ["admin:*"], denials: ["admin:profile"] });
 * policy.setUser("alice", ["operator"]);
 * policy.can("alice", "admin:read"); // true
 * policy.explain("alice", "admin:profile"); // denied by the role operator
 * ```
 */
export class Policy {
  readonly #roles = new Map<string, Role>();
  readonly #users = new Map<string, ReadonlySet<string>>();

  /** The policy that a record describes. */
  static from({ roles, users }: PolicyRecord): Policy {
    const policy = new Policy();
    for (const role of roles) policy.setRole(role);
    for (const { name, roles: held } of users) policy.setUser(name, held);
    return policy;
  }

  /** Defines or replaces a role. */
  setRole({ name, grants, denials = [] }: Omit<Role, "denials"> & Partial<Role>): void {
    this.#roles.set(name, Object.freeze({ name, grants: [...grants], denials: [...denials] }));
  }

  /** Users keep the name; it grants nothing until the role is defined again. */
  removeRole(name: string): void {
    this.#roles.delete(name);
  }

  /** Defines a user, or replaces the roles of one. */
  setUser(name: string, roles: Iterable<string>): void {
    this.#users.set(name, new Set(roles));
  }

  /** An unknown name is fine. */
  removeUser(name: string): void {
    this.#users.delete(name);
  }

  /** @throws Problem `not_found` for an unknown user */
  grant(user: string, role: string): void {
    this.#users.set(user, new Set([...this.#rolesOf(user), role]));
  }

  /** Taking a role from one who lacks it is fine. @throws Problem `not_found` for an unknown user */
  revoke(user: string, role: string): void {
    this.#users.set(user, new Set([...this.#rolesOf(user)].filter((held) => held !== role)));
  }

  /** Sorted. @throws Problem `not_found` for an unknown user */
  roles(user: string): string[] {
    return [...this.#rolesOf(user)].sort(compareBytes);
  }

  /** Sorted by name. */
  listRoles(): Role[] {
    return [...this.#roles.values()].sort((a, b) => compareBytes(a.name, b.name));
  }

  /** Sorted by name. */
  listUsers(): PolicyRecord["users"] {
    return [...this.#users.keys()]
      .sort(compareBytes)
      .map((name) => ({ name, roles: this.roles(name) }));
  }

  /** False for an unknown user, too. */
  can(user: string, permission: string): boolean {
    return this.explain(user, permission).allowed;
  }

  /** The rule that decides. Denials are looked at first, roles in the order of their names. */
  explain(user: string, permission: string): Decision {
    const held = this.#users.get(user);
    if (held === undefined) return { allowed: false, because: "unknown_user" };
    const names = [...held].sort(compareBytes);
    const roles = names.flatMap((name) => this.#roles.get(name) ?? []);
    for (const { name: role, denials } of roles) {
      const denial = denials.find((rule) => covers(rule, permission));
      if (denial !== undefined) return { allowed: false, because: "denied", role, denial };
    }
    for (const { name: role, grants } of roles) {
      const grant = grants.find((rule) => covers(rule, permission));
      if (grant !== undefined) return { allowed: true, role, grant };
    }
    return { allowed: false, because: "not_granted", roles: names };
  }

  /** What `Policy.from` makes the same policy of. */
  toRecord(): PolicyRecord {
    return { roles: this.listRoles(), users: this.listUsers() };
  }

  #rolesOf(user: string): ReadonlySet<string> {
    const roles = this.#users.get(user);
    if (roles === undefined)
      throw new Problem("not_found", `rbac: no such user: ${JSON.stringify(user)}`);
    return roles;
  }
}
