import type { Controller } from "@signalbox/controller";
import { createImageController } from "./image/reconcile.ts";
import { createNetworkController } from "./network/reconcile.ts";
import type { ReconcilerDeps } from "./reconciler-deps.ts";
import { createSecurityGroupController } from "./security-group/reconcile.ts";
import { createServerController } from "./server/reconcile.ts";

export type { ReconcilerDeps } from "./reconciler-deps.ts";
export { createResync, type Resync, type ResyncDeps } from "./resync/resync.ts";
export {
  type ReconcilerOptions,
  type ReconcilerSettings,
  resolveReconcilerSettings,
} from "./settings.ts";

/**
 * One controller a kind; SSH authorities need none.
 *
 * @example
 * ```ts
 * const settings = resolveReconcilerSettings();
 * const deps = { store, providers, catalogue, clock, random, log, metrics, settings };
 * for (const controller of createReconcilers(deps)) runtime.register(controller);
 * const resync = createResync({ ...deps, wake: (kind, id) => runtime.wake(kind, id) });
 * await Promise.all([runtime.run(signal), resync.run(signal)]);
 * ```
 */
export function createReconcilers(deps: ReconcilerDeps): readonly Controller[] {
  return [
    createNetworkController(deps),
    createSecurityGroupController(deps),
    createImageController(deps),
    createServerController(deps),
  ];
}
