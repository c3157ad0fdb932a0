import { Problem } from "@signalbox/base";
import { parseProfileQuery } from "../../profiling/profile-query.ts";
import { PROFILE_KINDS, type ProfileSource } from "../../profiling/profile-source.ts";
import type { AdminAnswer } from "../admin-request.ts";
import { type AdminOptions, LOG_LEVELS } from "../admin-options.ts";
import { jsonAnswer, NOT_FOUND, textAnswer } from "../answers.ts";
import { profileAnswer } from "../profile-answer.ts";
import type { Route, RouteContext } from "../route.ts";

/** What an operator changes: the log's level, draining, profiles. */
export function controlRoutes(options: AdminOptions): readonly Route[] {
  const { log, profiles } = options;
  return [
    ...(log ? logLevelRoutes(log) : []),
    ...(options.drain || options.health ? [drainRoute(options)] : []),
    ...(profiles ? [profileRoute(profiles)] : []),
    ...(options.access ? [explainRoute(options.access)] : []),
  ];
}

function logLevelRoutes(log: { level: string }): readonly Route[] {
  const path = "/log-level";
  const show = (): AdminAnswer => jsonAnswer({ level: log.level });
  return [
    { path, method: "GET", permission: "admin:read", answer: show },
    {
      path,
      method: "PUT",
      permission: "admin:log-level",
      answer: ({ query }) => {
        const level = LOG_LEVELS.find((known) => known === query.get("level"));
        if (level === undefined) {
          throw new Problem("invalid_request", `level is one of ${LOG_LEVELS.join(", ")}`);
        }
        log.level = level;
        return show();
      },
    },
  ];
}

function drainRoute({ health, drain }: AdminOptions): Route {
  return {
    path: "/drain",
    method: "POST",
    permission: "admin:drain",
    answer: () => {
      health?.startDraining();
      drain?.();
      return textAnswer(202, "draining\n");
    },
  };
}

function profileRoute(profiles: ProfileSource): Route {
  return {
    path: "/profiles/",
    method: "POST",
    permission: "admin:profile",
    answer: async ({ name, query, request: { signal } }) => {
      const kind = PROFILE_KINDS.find((known) => known === name);
      if (kind === undefined) return NOT_FOUND;
      const parsed = parseProfileQuery(query);
      if (!parsed.ok) throw new Problem("invalid_request", parsed.error);
      return profileAnswer(await profiles.take({ kind, ...parsed.value, signal }));
    },
  };
}

/** Why a user may or may not do something: the rule that decides. */
function explainRoute({ policy }: NonNullable<AdminOptions["access"]>): Route {
  return {
    path: "/rbac/explain",
    method: "GET",
    permission: "admin:rbac",
    answer: ({ query }: RouteContext) => {
      const user = query.get("user");
      const permission = query.get("perm");
      if (user === null || permission === null) {
        throw new Problem("invalid_request", "user and perm are needed");
      }
      return jsonAnswer(policy.explain(user, permission));
    },
  };
}
