import { type Tracer, trace } from "@opentelemetry/api";
import type { Clock, Log, Metrics } from "@signalbox/base";
import { MachineCensus } from "./machine-census.ts";
import { createCallObserver } from "./observed-call.ts";
import { ObservedProvider } from "./observed-provider.ts";
import type { Provider } from "./provider.ts";
import { createProviderInstruments } from "./provider-instruments.ts";

export interface ObserveProviderDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Default: calls are no spans. */
  readonly tracer?: Tracer;
}

/** Puts every provider that it is given behind metrics and spans; the region is how it is named. */
export type ObserveProvider = (region: string, provider: Provider) => Provider;

/** Made once for all regions: they share the metrics. */
export function createProviderObserver({
  clock,
  log,
  metrics,
  tracer = trace.getTracer("signalbox"),
}: ObserveProviderDeps): ObserveProvider {
  const censuses = new Map<string, MachineCensus>();
  const instruments = createProviderInstruments(metrics, () =>
    [...censuses].flatMap(([region, census]) =>
      Array.from(census.counts(), ([state, count]) => [count, { region, state }] as const),
    ),
  );
  return (region, provider) => {
    const census = new MachineCensus(clock, (tookMs) => instruments.booted(region, tookMs));
    censuses.set(region, census);
    const { type } = provider;
    const observe = createCallObserver({ region, type, clock, instruments, tracer });
    return new ObservedProvider(provider, { log, observe, census });
  };
}
