import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { MetricDeclarations } from "../metrics/metric-declarations.ts";

const NANOSECOND = 1e-9;
const DELAY_RESOLUTION_MS = 10;

/** Delays since the last scrape. All are taken with the first, so that they are of one time. */
export function addEventLoopMetrics(registry: MetricDeclarations): () => void {
  const delays = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delays.enable();
  let taken = lagsOf(delays);
  const lag = (name: keyof Lags, words: string, read = (): Lags => taken): void =>
    registry.sampled(
      `nodejs_eventloop_lag_${name}_seconds`,
      { help: `${words} delay of the event loop since the last scrape, in seconds.` },
      () => read()[name],
    );
  lag("min", "Shortest", () => {
    taken = lagsOf(delays);
    delays.reset();
    return taken;
  });
  lag("mean", "Mean");
  lag("p50", "Median");
  lag("p90", "90th percentile of the");
  lag("p99", "99th percentile of the");
  lag("max", "Longest");
  registry.sampled(
    "nodejs_eventloop_busy_seconds_total",
    { kind: "counter", help: "Time in which the event loop was not waiting, in seconds." },
    () => performance.eventLoopUtilization().active / 1000,
  );
  return () => delays.disable();
}

type Lags = Readonly<Record<"min" | "mean" | "p50" | "p90" | "p99" | "max", number>>;

/** What is measured is the time between two rounds of a timer, so its period is taken off. */
function lagsOf(delays: ReturnType<typeof monitorEventLoopDelay>): Lags {
  const seconds = (nanos: number): number =>
    delays.count === 0 ? 0 : Math.max(0, nanos * NANOSECOND - DELAY_RESOLUTION_MS / 1000);
  return {
    min: seconds(delays.min),
    mean: seconds(delays.mean),
    p50: seconds(delays.percentile(50)),
    p90: seconds(delays.percentile(90)),
    p99: seconds(delays.percentile(99)),
    max: seconds(delays.max),
  };
}
