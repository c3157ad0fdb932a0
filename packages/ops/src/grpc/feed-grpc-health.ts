import { type Clock, linkSignal } from "@signalbox/base";
import type { Health } from "@signalbox/grpc";
import type { HealthRegistry } from "../health/health-registry.ts";
import type { HealthReport } from "../health/health-report.ts";

/** Which services have a health of their own, and how often it is looked at. */
export interface GrpcHealthOptions {
  readonly clock: Clock;
  /**
   * gRPC services with the names of the readiness checks that each depends on. The server as a
   * whole, whose name is empty, depends on all of them. Default: the whole alone.
   */
  readonly services?: Readonly<Record<string, readonly string[]>> | undefined;
  /** How often the checks are asked. Default: 2000. */
  readonly intervalMs?: number | undefined;
  /** Ends the feeding. */
  readonly signal?: AbortSignal | undefined;
}

const WHOLE_SERVER = "";
const INTERVAL_MS = 2000;

/**
 * Tells gRPC's health service what the registry says, so that Check, List and Watch speak of the
 * same checks as HTTP does. Draining is told at once. Runs until the signal aborts, and resolves
 * then.
 */
export async function feedGrpcHealth(
  registry: HealthRegistry,
  health: Pick<Health, "set" | "shutDown">,
  { clock, services = {}, intervalMs = INTERVAL_MS, signal }: GrpcHealthOptions,
): Promise<void> {
  using linked = linkSignal(signal);
  const stopListening = registry.onDraining(() => {
    health.shutDown();
    linked.abort();
  });
  try {
    while (!linked.signal.aborted) {
      const report = await registry.probe("ready");
      tell(health, report, services);
      await clock.sleep(intervalMs, { signal: linked.signal }).catch(() => {});
    }
  } finally {
    stopListening();
  }
}

/** What never changed is not told to watchers again: the service sees to it. */
function tell(
  health: Pick<Health, "set">,
  { status, checks }: HealthReport,
  services: Readonly<Record<string, readonly string[]>>,
): void {
  health.set(WHOLE_SERVER, status !== "unhealthy");
  for (const [service, names] of Object.entries(services)) {
    health.set(
      service,
      names.every((name) => passes(checks.get(name))),
    );
  }
}

/** A check that is not registered cannot speak against a service. */
function passes(outcome: { readonly ok: boolean; readonly severity: string } | undefined): boolean {
  return outcome === undefined || outcome.ok || outcome.severity === "degraded";
}
