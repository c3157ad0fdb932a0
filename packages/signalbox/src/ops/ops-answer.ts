import type { PrometheusMetrics } from "./prometheus-metrics.ts";
import type { Readiness } from "./readiness.ts";

export interface OpsAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface OpsSources {
  readonly readiness: Readiness;
  readonly metrics: PrometheusMetrics;
}

const TEXT = "text/plain; charset=utf-8";

type Page = (sources: OpsSources) => OpsAnswer | Promise<OpsAnswer>;

/** Every page of the ops listener. */
const PAGES: Readonly<Record<string, Page>> = {
  /** The process answers at all: for whoever restarts it. */
  "/livez": () => ({ status: 200, contentType: TEXT, body: "live\n" }),
  "/healthz": () => ({ status: 200, contentType: TEXT, body: "live\n" }),
  /** It can do its work: for whoever sends it requests. Names what it waits for. */
  "/readyz": ({ readiness }) => {
    const report = readiness.report();
    return {
      status: report.ready ? 200 : 503,
      contentType: "application/json",
      body: `${JSON.stringify(report)}\n`,
    };
  },
  "/metrics": async ({ metrics }) => ({
    status: 200,
    contentType: metrics.contentType,
    body: await metrics.render(),
  }),
};

/** The answer to one request; `path` is without its query. */
export function answerOps(
  method: string,
  path: string,
  sources: OpsSources,
): OpsAnswer | Promise<OpsAnswer> {
  if (!Object.hasOwn(PAGES, path)) {
    const known = Object.keys(PAGES).join(" ");
    return { status: 404, contentType: TEXT, body: `not found; there are ${known}\n` };
  }
  if (method !== "GET" && method !== "HEAD") {
    return {
      status: 405,
      contentType: TEXT,
      body: "only GET and HEAD\n",
      headers: { allow: "GET, HEAD" },
    };
  }
  return (PAGES[path] as Page)(sources);
}
