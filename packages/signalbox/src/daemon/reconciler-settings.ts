import { durationMs } from "../config/duration.ts";
import type { Config } from "../config/schema.ts";
import { type ReconcilerSettings, resolveReconcilerSettings } from "../reconcilers/reconcilers.ts";

/** How the configuration has the reconcilers pace themselves. */
export function reconcilerSettings({ reconcile }: Pick<Config, "reconcile">): ReconcilerSettings {
  return resolveReconcilerSettings({
    resyncIntervalMs: durationMs(reconcile.resyncInterval),
    serverConcurrency: reconcile.serversAtOnce,
    serverTimeoutMs: durationMs(reconcile.serverTimeout),
    createAttempts: reconcile.createAttempts,
    imageConcurrency: reconcile.imagesAtOnce,
    imageTimeoutMs: durationMs(reconcile.imageTimeout),
    imageAttempts: reconcile.imageAttempts,
  });
}
