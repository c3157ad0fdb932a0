import { Problem } from "@signalbox/base";
import type { AccessList } from "@signalbox/http";
import { compileAccess } from "./compile-access.ts";
import { findRole, type RoleCatalogue } from "./role-catalogue.ts";

/** A machine that authenticates by client certificate, as the operator declares it. */
export interface DeclaredSystemAccount {
  readonly commonName: string;
  readonly role: string;
}

/** What each registered certificate name may do. */
export type SystemAccounts = ReadonlyMap<string, AccessList>;

/** @throws Problem `config_invalid` for an unknown role, or one that holds nothing globally */
export function bindSystemAccounts(
  declared: readonly DeclaredSystemAccount[],
  roles: RoleCatalogue,
): SystemAccounts {
  return new Map(
    declared.map(({ commonName, role: name }) => {
      const role = findRole(roles, name);
      if (role.global.length === 0) {
        throw new Problem(
          "config_invalid",
          `systemAccounts: ${commonName}: role ${name} holds nothing globally, so it would grant nothing`,
        );
      }
      return [commonName, compileAccess(role, {})];
    }),
  );
}
