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
