import { Problem } from "@signalbox/base";
import type { Answer, ArrivedRequest, HeaderFields } from "../pipeline/exchange.ts";
import type { Work } from "../pipeline/row.ts";
import type { Router } from "../routing/router.ts";

/** Which pages of others may call the service. */
export interface CorsSettings {
  /** Origins that browsers may call from; `*` stands for all. Never empty. */
  readonly allowOrigins: readonly string[];
  /** How long a browser may keep the answer of a preflight. */
  readonly maxAgeSeconds: number;
}

const REQUEST_HEADERS = [
  "Authorization",
  "Content-Type",
  "traceparent",
  "tracestate",
  "If-Match",
  "If-None-Match",
  "Idempotency-Key",
  "Last-Event-ID",
  "X-Request-Id",
].join(", ");

const EXPOSED_HEADERS = [
  "ETag",
  "Link",
  "Location",
  "Retry-After",
  "WWW-Authenticate",
  "Allow",
  "traceparent",
  "X-Request-Id",
  "Idempotent-Replayed",
  "Resource-Revision",
].join(", ");

/** Headers of compute-api §4.3 on every answer, errors too; answers preflights itself. */
export function cors(settings: CorsSettings, router: Router): Work<"request" | "head", "answer"> {
  return {
    enter: ({ request, head }) => {
      announce(head, settings, request.headers.origin);
      return {
        answer: request.method === "OPTIONS" ? preflight(request, router, settings) : undefined,
      };
    },
  };
}

function announce(head: HeaderFields, settings: CorsSettings, origin: string | undefined): void {
  const { allowOrigins } = settings;
  const listed = origin !== undefined && allowOrigins.includes(origin);
  head["access-control-allow-origin"] = listed ? origin : (allowOrigins[0] ?? "*");
  head["access-control-expose-headers"] = EXPOSED_HEADERS;
  head["vary"] = "Origin";
}

function preflight(request: ArrivedRequest, router: Router, settings: CorsSettings): Answer {
  const wanted = request.headers["access-control-request-method"];
  if (wanted === undefined) {
    throw new Problem("invalid_request", "OPTIONS needs Access-Control-Request-Method");
  }
  const match = router.find(request.path);
  if (match === undefined || !match.operations.has(wanted)) {
    throw new Problem("not_found", "there is no such operation");
  }
  return {
    status: 204,
    headers: {
      "access-control-allow-methods": match.allow,
      "access-control-allow-headers": REQUEST_HEADERS,
      "access-control-max-age": String(settings.maxAgeSeconds),
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    },
    body: undefined,
  };
}
