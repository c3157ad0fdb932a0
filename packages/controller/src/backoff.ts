import type { Random } from "@signalbox/base";

/** How long a key that keeps failing has to wait. */
export interface BackoffOptions {
  /** Delay after the first failure, before jitter; default 250 ms. */
  readonly baseMs?: number;
  /** No delay is longer; default 60,000 ms. */
  readonly maxMs?: number;
  /** Share of a delay that chance may take off, 0 to 0.5; default 0.3. */
  readonly jitter?: number;
  /**
   * After a failure an event cannot bring the next try closer than this; default 1,000 ms.
   *
   * A reconcile that fails and writes its failure into the status causes an event of its own, which
   * would otherwise turn the backoff into a busy loop.
   */
  readonly minGapMs?: number;
}

export type BackoffSettings = Readonly<Required<BackoffOptions>>;

/** Fills in the defaults. @throws RangeError when a number makes no sense. */
export function resolveBackoff(options: BackoffOptions = {}): BackoffSettings {
  const { baseMs = 250, maxMs = 60_000, jitter = 0.3, minGapMs = 1_000 } = options;
  if (!(baseMs > 0 && maxMs >= baseMs && Number.isFinite(maxMs))) {
    throw new RangeError("backoff: baseMs must be above 0 and maxMs finite and not below it");
  }
  // Above one half, the shortest delay of a try could be shorter than the longest of the one before.
  if (!(jitter >= 0 && jitter <= 0.5)) throw new RangeError("backoff: jitter must be 0 to 0.5");
  if (!(minGapMs >= 0)) throw new RangeError("backoff: minGapMs must not be negative");
  return Object.freeze({ baseMs, maxMs, jitter, minGapMs });
}

/** The longest delay after `failures` failures in a row: doubling, capped. */
export function backoffCeilingMs(settings: BackoffSettings, failures: number): number {
  return Math.min(settings.maxMs, settings.baseMs * 2 ** Math.max(0, failures - 1));
}

/** The delay after `failures` failures in a row. Jitter only ever takes away. */
export function backoffMs(settings: BackoffSettings, failures: number, random: Random): number {
  return backoffCeilingMs(settings, failures) * (1 - settings.jitter * random.fraction());
}
