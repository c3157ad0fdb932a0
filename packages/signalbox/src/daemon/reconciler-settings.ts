import { durationMs } from "../config/duration.ts";
import type { Config } from "../config/schema.ts";
import { type ReconcilerSettings, resolveReconcilerSettings } from "../reconcilers/reconcilers.ts";

/** How the configuration has the reconcilers pace themselves. */
export function reconcilerSettings({ reconcile }: Pick<Config, "reconcile">): ReconcilerSettings {
  return resolveReconcilerSettings({
    resyncIntervalMs: msOf(reconcile.resyncInterval),
    serverConcurrency: reconcile.serversAtOnce,
    serverTimeoutMs: msOf(reconcile.serverTimeout),
    createAttempts: reconcile.createAttempts,
    imageConcurrency: reconcile.imagesAtOnce,
    imageTimeoutMs: msOf(reconcile.imageTimeout),
    imageAttempts: reconcile.imageAttempts,
  });
}

/** The schema has checked the form already. */
function msOf(duration: string): number {
  return durationMs(duration) ?? 0;
}
