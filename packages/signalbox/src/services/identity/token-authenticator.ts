import { type Clock, fail, type Log, ok, Problem, type Result } from "@signalbox/base";
import type { AccessList, Authenticator, Credentials, Principal } from "@signalbox/http";
import { parseBearer } from "./bearer.ts";
import { compileAccess } from "./compile-access.ts";
import type { FailureLimiter } from "./failure-limiter.ts";
import { type ForwardedPrincipal, parsePrincipalHeader } from "./principal-header.ts";
import type { RoleCatalogue } from "./role-catalogue.ts";
import type { SystemAccounts } from "./system-accounts.ts";
import type { TokenRecord } from "./token-record.ts";
import type { TokenSource } from "./token-source.ts";
import { verifyToken } from "./verify-token.ts";

export interface TokenAuthenticatorDeps {
  readonly tokens: TokenSource;
  readonly roles: RoleCatalogue;
  readonly systemAccounts: SystemAccounts;
  readonly failures: FailureLimiter;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Authenticates by token file and client certificate (compute-api §4.4):
 *
 * | bearer | certificate | who                                                               |
 * | ------ | ----------- | ----------------------------------------------------------------- |
 * | yes    | no          | the token; `X-Principal` is ignored                               |
 * | yes    | yes         | the token's authority; the actor is `X-Principal`'s, mandatory    |
 * | no     | yes         | the system account of the CN; actor from `X-Principal`, mandatory |
 * | no     | no          | 401                                                               |
 *
 * What `X-Principal` says is attribution: it never adds to what the caller may do.
 */
export function createTokenAuthenticator(deps: TokenAuthenticatorDeps): Authenticator {
  const accessOf = createAccessCache(deps.roles);

  const decide = (credentials: Credentials): Result<Principal, Problem> => {
    const { authorization, certificateName, principalHeader } = credentials;
    const account =
      certificateName === undefined ? undefined : deps.systemAccounts.get(certificateName);
    if (certificateName !== undefined && account === undefined) {
      return refuse("the client certificate's name is not a registered system account");
    }
    const forwarded = account === undefined ? undefined : readForwarded(principalHeader);
    if (forwarded !== undefined && !forwarded.ok) return forwarded;
    const actor = forwarded?.value.actor;
    if (authorization !== undefined) return bearer(authorization, actor);
    if (account === undefined || certificateName === undefined || actor === undefined) {
      return refuse("the authorization header is missing");
    }
    return ok({
      subject: certificateName,
      kind: "system",
      actor,
      organizationIds: [],
      access: account,
    });
  };

  const bearer = (header: string, actor: string | undefined): Result<Principal, Problem> => {
    const text = parseBearer(header);
    if (!text.ok) return refuse(text.error);
    const record = verifyToken(deps.tokens, text.value, deps.clock.now());
    const access = record && accessOf(record);
    if (record === undefined || access === undefined) return refuse("the token is not valid");
    return ok({
      subject: record.id,
      kind: "user",
      actor: actor ?? record.id,
      organizationIds: record.organizationId === undefined ? [] : [record.organizationId],
      access,
    });
  };

  return {
    authenticate: async (credentials, signal) => {
      const decided = decide(credentials);
      if (decided.ok) return decided.value;
      deps.log.debug(
        { address: credentials.remoteAddress, reason: decided.error.message },
        "refused",
      );
      if (decided.error.code === "unauthenticated") {
        await deps.failures.failed(credentials.remoteAddress, signal);
      }
      throw decided.error;
    },
  };
}

function readForwarded(header: string | undefined): Result<ForwardedPrincipal, Problem> {
  const parsed: Result<ForwardedPrincipal> =
    header === undefined
      ? fail("X-Principal is required beside a client certificate")
      : parsePrincipalHeader(header);
  if (parsed.ok) return parsed;
  return fail(new Problem("invalid_request", parsed.error));
}

function refuse(reason: string): Result<never, Problem> {
  return fail(new Problem("unauthenticated", reason));
}

/** Access lists by record: compiled at a token's first use, forgotten with the record. */
function createAccessCache(roles: RoleCatalogue): (record: TokenRecord) => AccessList | undefined {
  const compiled = new WeakMap<TokenRecord, AccessList>();
  return (record) => {
    const known = compiled.get(record);
    if (known !== undefined) return known;
    // A role that was taken out of the configuration takes its tokens with it.
    const role = roles.get(record.role);
    if (role === undefined) return undefined;
    const access = compileAccess(role, record);
    compiled.set(record, access);
    return access;
  };
}
