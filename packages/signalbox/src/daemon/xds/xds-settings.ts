import { Problem } from "@signalbox/base";
import { byteSize } from "../../config/byte-size.ts";
import type { Config } from "../../config/schema.ts";
import type { XdsLimits } from "../../services/xds/xds-services.ts";
import type { RegionReaches } from "../../traffic/endpoints/server-endpoint.ts";
import type { RegionSet } from "../region-set.ts";
import type { TlsTexts } from "../tls-files.ts";

/** What the configuration allows one group. The schema has checked the form already. */
export function xdsLimits({ xds }: Config): XdsLimits {
  return {
    maxResources: xds.maxResources,
    maxBytes: byteSize(xds.groupSize) ?? 0,
    maxRevisions: xds.keepRevisions,
    maxHistoryBytes: byteSize(xds.historySize) ?? 0,
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

/**
 * What mutual TLS needs.
 *
 * @throws Problem `config_invalid` when one of the three is missing; the configuration is refused
 *   before, and this must not be what opens the listener to everybody
 */
export function mutualTls(tls: TlsTexts | undefined): {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
} {
  if (tls?.clientCa !== undefined) return { cert: tls.certificate, key: tls.key, ca: tls.clientCa };
  throw new Problem("config_invalid", "listen.xds needs tls.certificate, tls.key and tls.clientCa");
}
