import { type Clock, Problem } from "@signalbox/base";
import type { AuthOutcome } from "../auth/authenticator.ts";
import type { AdminCall } from "./admin-call.ts";
import type { AdminAnswer, AdminRequest } from "./admin-request.ts";
import type { AdminAccess } from "./admin-options.ts";
import {
  FORBIDDEN,
  methodNotAllowed,
  NOT_FOUND,
  textAnswer,
  tryLater,
  unauthorized,
} from "./answers.ts";
import { acts, type Route } from "./route.ts";
import { RouteTable } from "./route-table.ts";

/** Answers requests; what carries them is somebody else's. */
export interface AdminApi {
  /** Never rejects. */
  handle(request: AdminRequest): Promise<AdminAnswer>;
  /** Whether there is a route of this path, for servers that have others. */
  knows(path: string): boolean;
}

/** What every route's way is made of; `AdminOptions` says more. */
export interface RouteApiOptions {
  readonly clock: Clock;
  readonly access?: AdminAccess | undefined;
  readonly revealReasons?: boolean | undefined;
  readonly onCall?: ((call: AdminCall) => void) | undefined;
  readonly onFault?: ((error: unknown) => void) | undefined;
}

const REALM = "ops";
const READ = "admin:read";

/** Puts one way in front of all routes: method, origin, credentials, permission, answer, audit. */
export function createRouteApi(routes: readonly Route[], options: RouteApiOptions): AdminApi {
  const { clock, onCall = () => {}, onFault = () => {} } = options;
  const table = new RouteTable(routes);
  return {
    knows: (path) => table.find("GET", path).found !== "nothing",
    handle: async (request) => {
      const startedMs = clock.monotonic();
      const atMs = clock.now();
      const call = new Call(request, table, options);
      const answer = await call.answer().catch((error: unknown) => {
        if (!Problem.is(error) && !request.signal.aborted) onFault(error);
        return faultAnswer(error);
      });
      onCall({
        atMs,
        durationMs: clock.monotonic() - startedMs,
        method: request.method,
        path: call.path,
        permission: call.permission,
        user: call.user,
        sourceAddress: request.remoteAddress,
        status: answer.status,
        acts: call.acts,
      });
      return { ...answer, headers: { ...answer.headers, ...ALWAYS } };
    },
  };
}

const ALWAYS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** One request on its way through: route, method, origin, credentials, permission, answer. */
class Call {
  readonly path: string;
  permission: string | undefined;
  user: string | undefined;
  acts = false;
  readonly #request: AdminRequest;
  readonly #table: RouteTable;
  readonly #options: RouteApiOptions;

  constructor(request: AdminRequest, table: RouteTable, options: RouteApiOptions) {
    this.path = request.url.split("?", 1)[0] ?? "";
    this.#request = request;
    this.#table = table;
    this.#options = options;
  }

  async answer(): Promise<AdminAnswer> {
    const found = this.#table.find(this.#request.method, this.path);
    if (found.found === "nothing") return NOT_FOUND;
    if (found.found === "other_methods") return methodNotAllowed(found.allowed);
    this.acts = acts(found.route);
    this.permission = found.route.permission;
    const refusal = this.#strangerRefusal() ?? (await this.#refusal(found.route));
    if (refusal !== undefined) return refusal;
    return found.route.answer({
      request: this.#request,
      query: new URLSearchParams(this.#request.url.slice(this.path.length)),
      name: found.name,
      revealsReasons: () => this.#revealsReasons(),
    });
  }

  /** A browser sends its stored credentials also with what another site made it ask for. */
  #strangerRefusal(): AdminAnswer | undefined {
    const site = this.#request.headers["sec-fetch-site"] ?? "none";
    return this.acts && site !== "none" && site !== "same-origin" ? FORBIDDEN : undefined;
  }

  async #refusal({ permission }: Route): Promise<AdminAnswer | undefined> {
    const { access } = this.#options;
    if (permission === undefined) return undefined;
    if (access === undefined) return this.acts ? FORBIDDEN : undefined;
    const outcome = await this.#authenticate(access);
    switch (outcome.outcome) {
      case "accepted":
        return access.policy.explain(outcome.user, permission).allowed ? undefined : FORBIDDEN;
      case "delayed":
        return tryLater(429, "too many attempts\n", outcome.retryAfterMs);
      case "absent":
      case "refused":
        return unauthorized(access.realm ?? REALM);
    }
  }

  /**
   * On open routes credentials are looked at only if there are any, and a probe is answered also
   * when they cannot be.
   */
  async #revealsReasons(): Promise<boolean> {
    const { access, revealReasons = false, onFault = () => {} } = this.#options;
    if (revealReasons || access === undefined) return revealReasons;
    try {
      const outcome = await this.#authenticate(access);
      return outcome.outcome === "accepted" && access.policy.explain(outcome.user, READ).allowed;
    } catch (error) {
      onFault(error);
      return false;
    }
  }

  async #authenticate({ authenticator }: AdminAccess): Promise<AuthOutcome> {
    const { headers, remoteAddress, certificateName, signal } = this.#request;
    const outcome = await authenticator.authenticate(
      { authorization: headers["authorization"], certificateName, remoteAddress },
      signal,
    );
    if (outcome.outcome === "accepted") this.user = outcome.user;
    return outcome;
  }
}

/** What a caller did wrong is told; what went wrong inside is not. */
function faultAnswer(error: unknown): AdminAnswer {
  const problem = Problem.from(error);
  const { status } = problem.row;
  if (status === 500) return textAnswer(500, "internal server error\n");
  const retryAfterMs = problem.retryAfterMs;
  const isLater = status === 409 || status === 429 || status === 503;
  return isLater && retryAfterMs !== undefined
    ? tryLater(status, `${problem.message}\n`, retryAfterMs)
    : textAnswer(status, `${problem.message}\n`);
}
