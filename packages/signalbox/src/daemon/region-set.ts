import type { Region } from "../model/region.ts";
import type { Provider } from "../providers/provider.ts";

/** A region that this daemon serves, with what runs its machines. */
export interface ServedRegion {
  readonly region: Region;
  readonly provider: Provider;
}

/** What the operator declared, as requests and reconcilers look it up. */
export interface RegionSet {
  readonly served: readonly ServedRegion[];
  readonly regions: ReadonlyMap<string, Region>;
  readonly providers: ReadonlyMap<string, Provider>;
}

export function createRegionSet(served: readonly ServedRegion[]): RegionSet {
  return {
    served,
    regions: new Map(served.map(({ region }) => [region.id, region])),
    providers: new Map(served.map(({ region, provider }) => [region.id, provider])),
  };
}
