import type { Clock } from "@signalbox/base";

/** Turns the many steps of a long job into few writes. */
export interface ProgressWriter {
  /** Never waits and never throws. */
  onProgress(percent: number): void;
  /** Resolves when no write is in flight any more; none is begun afterwards. */
  close(): Promise<void>;
}

export interface ProgressWriterOptions {
  readonly clock: Clock;
  /** Pause between two writes; default 1,000 ms. */
  readonly intervalMs?: number;
  /** Writes a whole percentage, 0 to 100. A write that fails is left out. */
  readonly write: (percent: number) => Promise<void>;
}

/** Writes progress at a bounded rate, one write at a time, and only when it has gone up. */
export function createProgressWriter(options: ProgressWriterOptions): ProgressWriter {
  const { clock, intervalMs = 1_000, write } = options;
  let written = 0;
  let notBeforeMs = clock.monotonic() + intervalMs;
  let inFlight: Promise<void> | undefined;
  let isClosed = false;
  return {
    onProgress: (percent) => {
      const whole = Math.floor(Math.min(100, Math.max(0, percent)));
      const isDue = clock.monotonic() >= notBeforeMs;
      if (isClosed || inFlight !== undefined || !isDue || !(whole > written)) return;
      written = whole;
      notBeforeMs = clock.monotonic() + intervalMs;
      inFlight = write(whole).then(
        () => (inFlight = undefined),
        // The next write makes up for it, and the job's own end says what is wrong.
        () => (inFlight = undefined),
      );
    },
    close: async () => {
      isClosed = true;
      await inFlight;
    },
  };
}
