import { monitorEventLoopDelay, performance } from "node:perf_hooks";

/** How late the event loop was, in milliseconds, and how busy, from 0 to 1. */
export interface EventLoopReport {
  readonly utilization: number;
  readonly samples: number;
  readonly delayMs: Readonly<Record<"mean" | "p50" | "p90" | "p99" | "max", number>>;
}

const RESOLUTION_MS = 1;
const NANOS_PER_MS = 1e6;

/** Watches the event loop until `wait` resolves. */
export async function recordEventLoop(wait: () => Promise<void>): Promise<EventLoopReport> {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const before = performance.eventLoopUtilization();
  delays.enable();
  try {
    await wait();
  } finally {
    delays.disable();
  }
  const { utilization } = performance.eventLoopUtilization(before);
  // What is measured is the time between two rounds of a timer.
  const late = (nanos: number): number =>
    Number.isFinite(nanos) ? Math.max(0, nanos / NANOS_PER_MS - RESOLUTION_MS) : 0;
  const percentile = (p: number): number => late(delays.percentile(p));
  const max = delays.count === 0 ? 0 : late(delays.max);
  return {
    utilization,
    samples: delays.count,
    delayMs: {
      mean: late(delays.mean),
      p50: percentile(50),
      p90: percentile(90),
      p99: percentile(99),
      max,
    },
  };
}
