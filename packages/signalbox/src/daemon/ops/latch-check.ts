import type { HealthCheck, HealthRegistry } from "@signalbox/ops";

/** Something that is not well until it is said to be, once. */
export interface Latch {
  done(): void;
}

/** Registers a readiness check that fails with `reason` until the latch is done. */
export function addLatch(health: HealthRegistry, name: string, reason: string): Latch {
  let isDone = false;
  const check: HealthCheck = {
    name,
    run: () => {
      if (!isDone) throw new Error(reason);
    },
    cacheMs: 0,
  };
  health.register(check);
  return {
    done: () => {
      isDone = true;
    },
  };
}
