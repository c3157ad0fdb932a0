import { Problem } from "@signalbox/base";
import type { ArrivedRequest } from "../pipeline/exchange.ts";
import type { Work } from "../pipeline/row.ts";
import type { RouteMatch, Router } from "../routing/router.ts";

/** Finds the operation: path first, then method (compute-api §4.2 NEW: 405 with `Allow`). */
export function route(router: Router, maxUrlBytes: number): Work<"request", "route"> {
  return {
    enter: ({ request }) => {
      assertPlausible(request, maxUrlBytes);
      return { route: find(router, request) };
    },
  };
}

function assertPlausible(request: ArrivedRequest, maxUrlBytes: number): void {
  if (request.url.length > maxUrlBytes) {
    throw new Problem("uri_too_long", `the URL is longer than ${maxUrlBytes} bytes`);
  }
  if (request.caller.authority === undefined) {
    throw new Problem("invalid_request", "the Host header is missing or malformed");
  }
  assertSingle(request.raw.rawHeaders);
}

/** Node takes the first of several, a proxy before us perhaps the last (RFC 9112 §3.2, §11.2). */
const SINGLE: ReadonlySet<string> = new Set(["host", "authorization"]);

/** @param rawHeaders names and values in turn */
function assertSingle(rawHeaders: readonly string[]): void {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? "";
    if (!SINGLE.has(name)) continue;
    if (seen.has(name))
      throw new Problem("invalid_request", `there may be one ${name} header only`);
    seen.add(name);
  }
}

function find(router: Router, request: ArrivedRequest): RouteMatch {
  const match = router.find(request.path);
  if (match === undefined) throw new Problem("not_found", "there is no such path");
  const operation = match.operations.get(request.method);
  if (operation === undefined) {
    throw new Problem("method_not_allowed", `this path supports ${match.allow}`, {
      headers: { allow: match.allow },
    });
  }
  return { operation, rawParams: match.rawParams };
}
