import type { Metrics } from "@signalbox/base";
import type { MachinePower } from "./provider.ts";

/** How many machines of a region are in each state now. */
export type MachineCounts = Iterable<
  readonly [count: number, of: { readonly region: string; readonly state: MachinePower }]
>;

/** What is reported of providers. */
export interface ProviderInstruments {
  called(region: string, call: string, outcome: string, durationMs: number): void;
  /** From the moment a machine began to be made or to boot, to its guest's first sign of life. */
  booted(region: string, tookMs: number): void;
}

const CALL_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 300];
const BOOT_BUCKETS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

/** Declares the metrics of all providers. */
export function createProviderInstruments(
  metrics: Metrics,
  machines: () => MachineCounts = () => [],
): ProviderInstruments {
  const calls = metrics.histogram({
    name: "signalbox_provider_call_duration_seconds",
    help: "Time of calls to providers, by region, call, and outcome: ok or the problem's code.",
    labels: ["region", "call", "outcome"],
    buckets: CALL_BUCKETS,
  });
  const boots = metrics.histogram({
    name: "signalbox_provider_boot_duration_seconds",
    help: "From the moment a machine began to be made or to boot to its guest's first sign of life.",
    labels: ["region"],
    buckets: BOOT_BUCKETS,
  });
  metrics.sampled(
    {
      name: "signalbox_provider_machines",
      help: "Machines by region and state: queued, building, running, stopping, stopped, failed.",
      labels: ["region", "state"],
    },
    () => machines(),
  );
  return {
    called: (region, call, outcome, ms) => calls.observe(ms / 1000, { region, call, outcome }),
    booted: (region, ms) => boots.observe(ms / 1000, { region }),
  };
}
