import { isIPv4 } from "node:net";
import { Problem } from "@signalbox/base";
import { textAnswer } from "../admin/answers.ts";
import { profileAnswer } from "../admin/profile-answer.ts";
import { createRouteApi, type RouteApiOptions } from "../admin/route-api.ts";
import type { Route } from "../admin/route.ts";
import { type HttpListener, type ListenerOptions, startListener } from "../http/http-listener.ts";
import { nodeHandler } from "../http/node-handler.ts";
import { parseProfileQuery } from "./profile-query.ts";
import type { ProfileKind, ProfileSource } from "./profile-source.ts";

/** Where to listen for `go tool pprof`, and who takes the profiles. */
export interface ProfilingListenerOptions
  extends ListenerOptions,
    Pick<RouteApiOptions, "access" | "onCall" | "onFault"> {
  readonly profiles: ProfileSource;
}

/** Under the names that Go's profiles have, so that `go tool pprof URL` finds them. */
const PATHS: Readonly<Record<string, ProfileKind>> = {
  profile: "cpu",
  heap: "heap",
  allocs: "allocations",
  eventloop: "event-loop",
  snapshot: "snapshot",
};

/**
 * Listens for requests for profiles. It has a life of its own: started when somebody wants to look,
 * closed again after, with what it is taking.
 *
 * @throws Problem `config_invalid` for an address beyond loopback without `access`, the system's
 * error when the address cannot be bound
 */
export async function startProfilingListener(
  options: ProfilingListenerOptions,
): Promise<HttpListener> {
  const { profiles, host = "127.0.0.1", access } = options;
  if (access === undefined && !isLoopback(host)) {
    const text = `profiles are not shown on ${host} to whoever asks: give it access, or a loopback address`;
    throw new Problem("config_invalid", text);
  }
  const api = createRouteApi(profilingRoutes(profiles, access !== undefined), options);
  const listener = await startListener(nodeHandler(api), { ...options, host });
  return { ...listener, close: () => listener.close(0) };
}

function profilingRoutes(profiles: ProfileSource, hasAccess: boolean): readonly Route[] {
  const index = Object.keys(PATHS).map((name) => `/debug/pprof/${name}?seconds=10\n`);
  const guarded = (path: string, answer: Route["answer"]): Route => ({
    path,
    method: "GET",
    permission: "admin:profile",
    answer: (context) =>
      hasAccess || isLocalCaller(context.request.headers)
        ? answer(context)
        : textAnswer(403, "forbidden\n"),
  });
  return [
    guarded("/debug/pprof", () => textAnswer(200, index.join(""))),
    ...Object.entries(PATHS).map(([name, kind]) =>
      guarded(`/debug/pprof/${name}`, async ({ query, request: { method, signal } }) => {
        if (method === "HEAD") return textAnswer(200, "");
        const parsed = parseProfileQuery(query);
        if (!parsed.ok) return textAnswer(400, `${parsed.error}\n`);
        return profileAnswer(await profiles.take({ kind, ...parsed.value, signal }));
      }),
    ),
  ];
}

/** A web page that a browser on this machine shows must not reach in, by whatever name. */
function isLocalCaller(headers: Readonly<Record<string, string | undefined>>): boolean {
  const site = headers["sec-fetch-site"] ?? "none";
  const name = (headers["host"] ?? "").replace(/:\d+$/, "");
  return (site === "none" || site === "same-origin") && isLoopback(name);
}

function isLoopback(host: string): boolean {
  const isLoopback4 = isIPv4(host) && host.startsWith("127.");
  return isLoopback4 || host === "localhost" || host === "::1" || host === "[::1]";
}
