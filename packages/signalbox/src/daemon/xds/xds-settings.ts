import { byteSize } from "../../config/byte-size.ts";
import type { Config } from "../../config/schema.ts";
import type { XdsLimits } from "../../services/xds/xds-services.ts";
import type { RegionReaches } from "../../traffic/endpoints/server-endpoint.ts";
import type { RegionSet } from "../region-set.ts";

/** What the configuration allows one group. The schema has checked the form already. */
export function xdsLimits({ xds }: Config): XdsLimits {
  return {
    maxResources: xds.maxResources,
    maxBytes: byteSize(xds.groupSize),
    maxRevisions: xds.keepRevisions,
    maxHistoryBytes: byteSize(xds.historySize),
  };
}

/** How the machines of a region are reached, by what its provider can do. */
export function regionReaches({ regions, providers }: RegionSet): RegionReaches {
  return (id) => {
    const region = regions.get(id);
    const provider = providers.get(id);
    if (region === undefined || provider === undefined) return undefined;
    return { name: region.name, hasPrivateNetwork: provider.capabilities.machineToMachine };
  };
}
