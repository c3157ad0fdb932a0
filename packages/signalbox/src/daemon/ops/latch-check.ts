import type { HealthCheck, HealthRegistry } from "@signalbox/ops";

/** Something that is not well until it is said to be, once. */
export interface Latch {
  done(): void;
}

/** Registers a check that fails with `reason` until the latch is done; by default of readiness. */
export function addLatch(
  health: HealthRegistry,
  name: string,
  reason: string,
  probes: HealthCheck["probes"] = ["ready"],
): Latch {
  let isDone = false;
  const check: HealthCheck = {
    name,
    run: () => {
      if (!isDone) throw new Error(reason);
    },
    probes,
    cacheMs: 0,
  };
  health.register(check);
  return {
    done: () => {
      isDone = true;
    },
  };
}
