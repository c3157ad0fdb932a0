import type { Clock, Log } from "@signalbox/base";
import type { HealthRegistry } from "@signalbox/ops";

export interface HealthWatchDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** How often the checks are asked where nobody else does. */
const INTERVAL_MS = 5000;

/**
 * Asks every check now and then, so that metrics speak of them also where nobody probes, and logs
 * each that turned unwell or well again. Runs until the signal aborts.
 */
export async function watchHealth(
  health: HealthRegistry,
  { clock, log }: HealthWatchDeps,
  signal: AbortSignal,
): Promise<void> {
  let unwell: ReadonlySet<string> = new Set();
  while (!signal.aborted) {
    const { checks } = await health.probe("ready");
    const now = new Set([...checks].flatMap(([name, { ok }]) => (ok ? [] : [name])));
    for (const name of now.difference(unwell)) {
      const { error, severity } = checks.get(name) ?? {};
      log.warn({ check: name, severity, reason: error }, "a health check fails");
    }
    for (const name of unwell.difference(now))
      log.info({ check: name }, "a health check passes again");
    unwell = now;
    await clock.sleep(INTERVAL_MS, { signal }).catch(() => {});
  }
}
