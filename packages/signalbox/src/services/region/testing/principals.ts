import type { Permission, Principal } from "@signalbox/http";
import { BUILTIN_ROLES, type BuiltinRoleName } from "../../identity/builtin-roles.ts";
import { compileAccess } from "../../identity/compile-access.ts";
import {
  FOREIGN_PROJECT,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  OTHER_PROJECT,
  PROJECT,
} from "./tenants.ts";

function principal(
  subject: string,
  role: BuiltinRoleName,
  grant: { readonly organizationId?: string; readonly projectId?: string } = {},
  kind: Principal["kind"] = "user",
): readonly [string, Principal] {
  const found = BUILTIN_ROLES.get(role);
  if (found === undefined) throw new Error(`no role ${role}`);
  const { organizationId } = grant;
  return [
    subject,
    {
      subject,
      kind,
      actor: subject,
      organizationIds: organizationId === undefined ? [] : [organizationId],
      access: compileAccess(found, grant),
    },
  ];
}

/** The principals that tests call as, by name. */
export const PRINCIPALS: ReadonlyMap<string, Principal> = new Map([
  principal("admin", "platform-administrator"),
  principal("service", "compute-service", {}, "system"),
  principal("owner", "administrator", { organizationId: ORGANIZATION }),
  principal("user", "user", { organizationId: ORGANIZATION, projectId: PROJECT }),
  principal("reader", "reader", { organizationId: ORGANIZATION, projectId: PROJECT }),
  principal("neighbour", "user", { organizationId: ORGANIZATION, projectId: OTHER_PROJECT }),
  principal("stranger", "user", {
    organizationId: OTHER_ORGANIZATION,
    projectId: FOREIGN_PROJECT,
  }),
]);

/** The platform's administrator without one permission. */
export function without(permission: Permission): Principal {
  const [, admin] = principal("lacking", "platform-administrator");
  const global = new Set(admin.access.global);
  global.delete(`${permission.endpoint}:${permission.verb}`);
  return { ...admin, access: { ...admin.access, global } };
}
