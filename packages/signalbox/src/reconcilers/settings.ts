/** How the reconcilers pace themselves. */
export interface ReconcilerOptions {
  /** Machines that may fail to be made before a server is parked; default 3, at least 1. */
  readonly createAttempts?: number;
  /** Servers worked on at once; default 16. */
  readonly serverConcurrency?: number;
  /** How long one reconcile of a server may take; default 300,000 ms. */
  readonly serverTimeoutMs?: number;
  /** Image imports and snapshots at once; default 4. */
  readonly imageConcurrency?: number;
  /** How long an import or a snapshot may take; default 3,600,000 ms. */
  readonly imageTimeoutMs?: number;
  /** Tries of an import that fails for reasons that may pass; default 5. */
  readonly imageAttempts?: number;
  /** Pause between two looks at every machine; default 30,000 ms. */
  readonly resyncIntervalMs?: number;
  /** Machines observed at once during a resync; default 32. */
  readonly resyncConcurrency?: number;
}

export type ReconcilerSettings = Readonly<Required<ReconcilerOptions>>;

/** Fills in the defaults. @throws RangeError when a number makes no sense. */
export function resolveReconcilerSettings(options: ReconcilerOptions = {}): ReconcilerSettings {
  const settings: ReconcilerSettings = {
    createAttempts: options.createAttempts ?? 3,
    serverConcurrency: options.serverConcurrency ?? 16,
    serverTimeoutMs: options.serverTimeoutMs ?? 300_000,
    imageConcurrency: options.imageConcurrency ?? 4,
    imageTimeoutMs: options.imageTimeoutMs ?? 3_600_000,
    imageAttempts: options.imageAttempts ?? 5,
    resyncIntervalMs: options.resyncIntervalMs ?? 30_000,
    resyncConcurrency: options.resyncConcurrency ?? 32,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (!(Number.isSafeInteger(value) && value >= 1)) {
      throw new RangeError(`${name} must be a whole number, 1 or more`);
    }
  }
  return Object.freeze(settings);
}
