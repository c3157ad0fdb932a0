import type { AdminAnswer, AdminRequest } from "./admin-request.ts";

/** What a route is given. */
export interface RouteContext {
  readonly request: AdminRequest;
  readonly query: URLSearchParams;
  /** The last part of the path, where the route's ends in `/`; decoded. */
  readonly name: string;
  /** Whether the caller may read why something is wrong; asks for credentials if there are any. */
  readonly revealsReasons: () => Promise<boolean>;
}

/** One row of the admin API: what is answered where, and who may ask. */
export interface Route {
  /** Without `name`, or up to it with a `/` at the end. */
  readonly path: string;
  /** `GET` is `HEAD` too. */
  readonly method: "GET" | "POST" | "PUT";
  /** What the caller's roles must grant. Absent: anybody may. */
  readonly permission?: string | undefined;
  readonly answer: (context: RouteContext) => AdminAnswer | Promise<AdminAnswer>;
}

/** Whether it changes anything, which nobody may without credentials. */
export function acts({ method }: Route): boolean {
  return method !== "GET";
}
