import type { Operation } from "@signalbox/http";
import type { Store } from "@signalbox/store";
import { CONSOLE_OPERATIONS } from "../console/console-operations.ts";
import type { ConsoleTickets } from "../console/ticket-store.ts";
import type { NodeAccess } from "../services/nodes/node-access.ts";
import type { NodesServices } from "../services/nodes/nodes-services.ts";
import { NODES_OPERATIONS } from "../services/nodes/operations.ts";
import { REGION_OPERATIONS } from "../services/region/operations.ts";
import type { RegionServices } from "../services/region/region-services.ts";
import { XDS_OPERATIONS } from "../services/xds/operations.ts";
import type { XdsServices } from "../services/xds/xds-services.ts";
import type { ResourceCodec } from "../traffic/codec/resource-codec.ts";
import type { XdsClients } from "../traffic/xds-clients.ts";
import type { Assembly } from "./assembly.ts";
import { createImageAllowList } from "./image-allow-list.ts";
import type { RegionSet } from "./region-set.ts";
import { createTenancyCatalogue } from "./tenancy-catalogue.ts";
import { xdsLimits } from "./xds/xds-settings.ts";

export type RestServices = RegionServices & XdsServices & NodesServices;

/** Everything that is answered over REST. */
export const REST_OPERATIONS: readonly Operation<RestServices>[] = [
  ...REGION_OPERATIONS,
  ...XDS_OPERATIONS,
  ...NODES_OPERATIONS,
  ...CONSOLE_OPERATIONS,
];

/** The parts of the daemon that handlers work on. */
export interface RestServiceSources {
  readonly store: Store;
  readonly regions: RegionSet;
  readonly xdsClients: XdsClients;
  readonly nodeAccess: NodeAccess | undefined;
  readonly consoleTickets: ConsoleTickets;
}

/** What the handlers of operations are given. */
export function createRestServices(
  { config, clock, random, version }: Assembly,
  { store, regions, xdsClients, nodeAccess, consoleTickets }: RestServiceSources,
): RestServices {
  let codec: Promise<ResourceCodec> | undefined;
  return {
    store,
    clock,
    random,
    catalogue: { regions: regions.regions, ...createTenancyCatalogue(config) },
    providerOf: (id) => regions.providers.get(id),
    consoleTickets,
    nodeAccess,
    xds: {
      codec: () => (codec ??= loadCodec()),
      clients: xdsClients,
      limits: xdsLimits(config),
    },
    allowImageSource: createImageAllowList(config.images.allow),
    about: { name: "signalbox", version, authorizationServers: [] },
  };
}

/** Envoy's messages are not there before somebody writes or reads one. */
async function loadCodec(): Promise<ResourceCodec> {
  const { loadResourceCodec } = await import("../traffic/codec/resource-codec.ts");
  return loadResourceCodec();
}
