import type { DeclaredRegion } from "../config/schema.ts";
import { byteSize } from "../config/byte-size.ts";
import type { Flavor } from "../model/flavor.ts";
import type { Region } from "../model/region.ts";
import { uuidV5 } from "../model/uuid.ts";
import type { Provider } from "../providers/provider.ts";

type DeclaredFlavor = NonNullable<DeclaredRegion["flavors"]>[number];

/** A region with what its provider offers where the operator says nothing. */
export function describeRegion(
  declared: DeclaredRegion,
  defaults: Provider["defaults"],
  createdAt: string,
): Region {
  const publicPrefix = declared.publicPrefix ?? defaults.publicPrefix;
  return {
    id: declared.id,
    name: declared.name,
    type: declared.type,
    createdAt,
    ...(declared.organizationIds === undefined
      ? {}
      : { organizationIds: declared.organizationIds }),
    flavors:
      declared.flavors?.map((flavor) => describeFlavor(declared.id, flavor)) ?? defaults.flavors,
    externalNetworks: declared.externalNetworks ?? defaults.externalNetworks,
    ...(publicPrefix === undefined ? {} : { publicPrefix }),
  };
}

function describeFlavor(regionId: string, declared: DeclaredFlavor): Flavor {
  return {
    id: declared.id ?? uuidV5(regionId, Buffer.from(`flavor/${declared.name}`)),
    name: declared.name,
    cpus: declared.cpus,
    ...(declared.cpuFamily === undefined ? {} : { cpuFamily: declared.cpuFamily }),
    memoryBytes: byteSize(declared.memory),
    diskBytes: byteSize(declared.disk),
    architecture: declared.architecture ?? "x86_64",
    baremetal: false,
    pinnedOnly: false,
  };
}
