import { type Clock, Problem, type Random } from "@signalbox/base";
import {
  type Authenticator,
  type AuthOutcome,
  certificateAuthenticator,
  firstOf,
  PasswordAuthenticator,
  PasswordStore,
} from "@signalbox/ops";
import type { Config } from "../../config/schema.ts";
import { parseBearer } from "../../services/identity/bearer.ts";
import { FailureLimiter } from "../../services/identity/failure-limiter.ts";
import { findRole, type RoleCatalogue } from "../../services/identity/role-catalogue.ts";
import type { TokenSource } from "../../services/identity/token-source.ts";
import { verifyToken } from "../../services/identity/verify-token.ts";
import { createOpsRoles, type OpsRoles } from "./ops-roles.ts";

export interface OpsIdentityDeps {
  readonly tokens: TokenSource;
  readonly roles: RoleCatalogue;
  readonly clock: Clock;
  readonly random: Random;
}

/** Who may call the admin API: tokens, declared users with passwords, and client certificates. */
export interface OpsIdentity {
  readonly authenticator: Authenticator;
  readonly policy: OpsRoles;
}

/** A token's id, which no declared name may look like. */
const TOKEN_ID = /^[0-9a-f]{16}$/;

/** @throws Problem `config_invalid` for users that cannot be told apart, roles or hashes that are none */
export function createOpsIdentity(
  { opsUsers, systemAccounts }: Pick<Config, "opsUsers" | "systemAccounts">,
  { tokens, roles, clock, random }: OpsIdentityDeps,
): OpsIdentity {
  const declared = new Map<string, string>();
  const declare = (name: string, role: string, option: string): void => {
    if (TOKEN_ID.test(name) || declared.has(name)) {
      const text = `${option}: ${name} is a token's or another account's name; choose another`;
      throw new Problem("config_invalid", text);
    }
    declared.set(name, findRole(roles, role).name);
  };
  for (const { commonName, role } of systemAccounts) declare(commonName, role, "systemAccounts");
  for (const { name, role } of opsUsers) declare(name, role, "opsUsers");
  const accounts = new Set(systemAccounts.map(({ commonName }) => commonName));
  const authenticators = [
    tokenAuthenticator(tokens, clock),
    ...(opsUsers.length === 0 ? [] : [passwordsOf(opsUsers, clock, random)]),
    certificateAuthenticator((name) => (accounts.has(name) ? name : undefined)),
  ];
  return {
    authenticator: firstOf(authenticators),
    policy: createOpsRoles(roles, (user) => tokens.find(user)?.role ?? declared.get(user)),
  };
}

/** The tokens of the region API; each is named by its id, as in the audit log. */
function tokenAuthenticator(tokens: TokenSource, clock: Clock): Authenticator {
  const failures = new FailureLimiter(clock);
  return {
    authenticate: async ({ authorization = "", remoteAddress }, signal): Promise<AuthOutcome> => {
      if (!/^bearer /i.test(authorization)) return { outcome: "absent" };
      const text = parseBearer(authorization);
      const record = text.ok ? verifyToken(tokens, text.value, clock.now()) : undefined;
      if (record !== undefined) return { outcome: "accepted", user: record.id };
      try {
        await failures.failed(remoteAddress, signal);
      } catch (error) {
        const { retryAfterMs } = Problem.from(error);
        if (retryAfterMs !== undefined) return { outcome: "delayed", retryAfterMs };
      }
      return { outcome: "refused" };
    },
  };
}

function passwordsOf(
  users: Config["opsUsers"],
  clock: Clock,
  random: Random,
): PasswordAuthenticator {
  const passwords = new PasswordStore({ random });
  passwords.load(Object.fromEntries(users.map(({ name, password }) => [name, password])));
  return new PasswordAuthenticator({ clock, random, passwords });
}
