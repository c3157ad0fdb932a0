import type { Probe } from "../../health/health-check.ts";
import { healthJson } from "../../health/health-json.ts";
import { HealthRegistry } from "../../health/health-registry.ts";
import { kubernetesText } from "../../health/kubernetes-text.ts";
import type { AdminAnswer } from "../admin-request.ts";
import type { AdminOptions } from "../admin-options.ts";
import { jsonTextAnswer, NOT_FOUND, textAnswer } from "../answers.ts";
import type { Route, RouteContext } from "../route.ts";

/** The check that stands for a process without any. */
const PING = "ping";

const ENDPOINTS: readonly (readonly [endpoint: string, probe: Probe])[] = [
  ["livez", "live"],
  ["readyz", "ready"],
  ["startupz", "startup"],
];

/** Health as the contract has it (`/healthz`, `/readyz`) and as Kubernetes has it (the others). */
export function healthRoutes({ health, clock }: AdminOptions): readonly Route[] {
  const registry = health ?? new HealthRegistry(clock);
  return [
    { path: "/healthz", method: "GET", answer: () => textAnswer(200, "ok\n") },
    ...ENDPOINTS.flatMap(([endpoint, probe]): readonly Route[] => [
      {
        path: `/${endpoint}`,
        method: "GET",
        answer: (context) => answerProbe(registry, endpoint, probe, context),
      },
      {
        path: `/${endpoint}/`,
        method: "GET",
        answer: (context) => answerCheck(registry, probe, context),
      },
    ]),
  ];
}

async function answerProbe(
  registry: HealthRegistry,
  endpoint: string,
  probe: Probe,
  { query, revealsReasons }: RouteContext,
): Promise<AdminAnswer> {
  const excluded = query.getAll("exclude");
  const report = await registry.probe(probe, { exclude: new Set(excluded) });
  const options = { revealsReasons: await revealsReasons() };
  if (probe === "ready" && !query.has("verbose") && !query.has("exclude")) {
    const status = report.status === "unhealthy" ? 503 : 200;
    return jsonTextAnswer(status, healthJson(report, options.revealsReasons));
  }
  const { status, body } = kubernetesText(report, {
    ...options,
    endpoint,
    isVerbose: query.has("verbose"),
    names: registry.namesOf(probe),
    excluded,
  });
  return textAnswer(status, body);
}

async function answerCheck(
  registry: HealthRegistry,
  probe: Probe,
  { name, revealsReasons }: RouteContext,
): Promise<AdminAnswer> {
  const outcome = await registry.probeOne(probe, name);
  if (outcome === undefined) {
    const isPing = name === PING && registry.namesOf(probe).length === 0;
    return isPing ? textAnswer(200, "ok") : NOT_FOUND;
  }
  if (outcome.ok || outcome.severity === "degraded") return textAnswer(200, "ok");
  const reason = (await revealsReasons()) ? outcome.error : "reason withheld";
  return textAnswer(500, `internal server error: ${reason}\n`);
}
