import type { Clock, Log, Metrics, Random } from "@signalbox/base";
import type { Store } from "@signalbox/store";
import type { RegionCatalogue } from "../model/region.ts";
import type { Provider } from "../providers/provider.ts";
import type { ReconcilerSettings } from "./settings.ts";

/** What every reconciler works with. */
export interface ReconcilerDeps {
  readonly store: Store;
  /** By region id. */
  readonly providers: ReadonlyMap<string, Provider>;
  readonly catalogue: RegionCatalogue;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: ReconcilerSettings;
}
