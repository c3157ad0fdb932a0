import type { Route } from "./route.ts";

/** What is there for a method and a path. */
export type FoundRoute =
  | { readonly found: "route"; readonly route: Route; readonly name: string }
  | { readonly found: "other_methods"; readonly allowed: readonly string[] }
  | { readonly found: "nothing" };

/** Finds the row for a method and a path. */
export class RouteTable {
  /** By path, then by method. */
  readonly #routes = new Map<string, Map<string, Route>>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const methods = this.#routes.get(route.path) ?? new Map<string, Route>();
      this.#routes.set(route.path, methods.set(route.method, route));
    }
  }

  find(method: string, path: string): FoundRoute {
    const place = this.#place(path);
    if (place === undefined) return { found: "nothing" };
    const route = place.methods.get(method === "HEAD" ? "GET" : method);
    if (route !== undefined) return { found: "route", route, name: place.name };
    const allowed = [...place.methods.keys()].flatMap((known) =>
      known === "GET" ? ["GET", "HEAD"] : [known],
    );
    return { found: "other_methods", allowed };
  }

  /** The whole path, or all but its last part, which is a name then. */
  #place(path: string): { methods: ReadonlyMap<string, Route>; name: string } | undefined {
    const whole = this.#routes.get(path);
    if (whole !== undefined && !path.endsWith("/")) return { methods: whole, name: "" };
    const slash = path.lastIndexOf("/") + 1;
    const methods = this.#routes.get(path.slice(0, slash));
    const name = decoded(path.slice(slash));
    return methods === undefined || name === undefined || name === ""
      ? undefined
      : { methods, name };
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
