import type { CancelTimer, Clock, Log } from "@signalbox/base";
import type { CheckOutcome, HealthRegistry } from "@signalbox/ops";

/** Metrics of checks are scraped about as often. */
const EVERY_MS = 10_000;

export interface RegularProbeDeps {
  readonly health: Pick<HealthRegistry, "probe" | "isDraining">;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RegularProbe {
  /** Resolves when no check runs any more. */
  close(): Promise<void>;
}

/**
 * Asks the readiness checks every 10 s, whoever else does: so metrics tell how things are now, and
 * since when is when something turned, not when somebody first asked. What turned is logged. Once
 * the daemon stops it asks no more.
 */
export function startRegularProbe({ health, clock, log }: RegularProbeDeps): RegularProbe {
  const isWell = new Map<string, boolean>();
  let cancel: CancelTimer = () => {};
  let asking = Promise.resolve();
  let isClosed = false;

  const ask = async (): Promise<void> => {
    const { checks } = await health.probe("ready");
    for (const [name, outcome] of checks) {
      if (health.isDraining) return;
      logTurn(log, name, isWell.get(name), outcome);
      isWell.set(name, outcome.ok);
    }
  };
  const schedule = (): void => {
    cancel = clock.after(EVERY_MS, () => {
      asking = ask().then(() => {
        if (!isClosed && !health.isDraining) schedule();
      });
    });
  };
  schedule();
  return {
    close: () => {
      isClosed = true;
      cancel();
      return asking;
    },
  };
}

/** What is not well from the start on is coming up. */
function logTurn(
  log: Log,
  check: string,
  wasWell: boolean | undefined,
  { ok, error, severity }: CheckOutcome,
): void {
  if (wasWell === true && !ok) log.warn({ check, severity, reason: error }, "a health check fails");
  if (wasWell === false && ok) log.info({ check }, "a health check passes again");
}
