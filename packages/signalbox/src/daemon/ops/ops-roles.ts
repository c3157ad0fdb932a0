import { covers, type Decision } from "@signalbox/ops";
import type { Role } from "../../services/identity/role.ts";
import type { RoleCatalogue } from "../../services/identity/role-catalogue.ts";

/** What built-in roles may do on the ops listener. */
const BUILTIN: Readonly<Record<string, readonly string[]>> = {
  "platform-administrator": ["admin:*"],
  "platform-reader": ["admin:read"],
};

/** Declared roles name what they grant here `ops:admin:VERB`, without hyphens. */
const SERVICE = "ops:";

/** Decides by the role that a caller's token, certificate or password is bound to. */
export interface OpsRoles {
  explain(user: string, permission: string): Decision;
}

/** @param roleOf the name of a user's role, asked at every call, since tokens come and go */
export function createOpsRoles(
  roles: RoleCatalogue,
  roleOf: (user: string) => string | undefined,
): OpsRoles {
  return {
    explain: (user, permission) => {
      const role = roles.get(roleOf(user) ?? "");
      if (role === undefined) return { allowed: false, because: "unknown_user" };
      const grant = grantsOf(role).find((rule) => covers(rule, permission));
      return grant === undefined
        ? { allowed: false, because: "not_granted", roles: [role.name] }
        : { allowed: true, role: role.name, grant };
    },
  };
}

function grantsOf({ name, global }: Role): readonly string[] {
  const declared = global.flatMap((grant) =>
    grant.startsWith(SERVICE) ? [VERBS.get(grant) ?? grant.slice(SERVICE.length)] : [],
  );
  return [...(BUILTIN[name] ?? []), ...declared];
}

/** Grants are spelled in letters alone. */
const VERBS: ReadonlyMap<string, string> = new Map([["ops:admin:loglevel", "admin:log-level"]]);
