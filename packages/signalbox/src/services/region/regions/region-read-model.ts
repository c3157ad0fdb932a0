import type { Static } from "typebox";
import type { Flavor } from "../../../model/flavor.ts";
import type { Region } from "../../../model/region.ts";
import type { RegionProvider } from "../region-services.ts";
import type { FLAVORS_READ, REGION_DETAIL_READ, REGION_READ } from "../schemas/region-schema.ts";

type RegionRead = Static<typeof REGION_READ>;
type FlavorRead = Static<typeof FLAVORS_READ>[number];

const GIB = 2 ** 30;
const GB = 1e9;

/** A region as the API shows it (compute-api §1.4); healthy means that machines can be run. */
export function regionReadModel(region: Region, provider: RegionProvider | undefined): RegionRead {
  const isUsable = provider?.health().usable ?? false;
  return {
    metadata: {
      id: region.id,
      name: region.name,
      creationTime: region.createdAt,
      provisioningStatus: "provisioned",
      healthStatus: isUsable ? "healthy" : "error",
    },
    spec: { type: region.type, features: { physicalNetworks: false } },
  };
}

/** For operators: how machines are run there, and what the provider can do. */
export function regionDetailReadModel(
  region: Region,
  provider: RegionProvider | undefined,
): Static<typeof REGION_DETAIL_READ> {
  const { usable, message } = provider?.health() ?? {
    usable: false,
    message: "no provider runs this region",
  };
  const capabilities: Record<string, boolean | string[]> = {};
  for (const [name, value] of Object.entries(provider?.capabilities ?? {})) {
    capabilities[name] = typeof value === "boolean" ? value : [...value];
  }
  return { ...regionReadModel(region, provider), status: { usable, message, capabilities } };
}

/** A flavor as the API shows it (compute-api §1.5): memory in GiB, disk in decimal GB. */
export function flavorReadModel(flavor: Flavor, { createdAt }: Region): FlavorRead {
  const { gpu } = flavor;
  return {
    metadata: { id: flavor.id, name: flavor.name, creationTime: createdAt },
    spec: {
      cpus: flavor.cpus,
      ...(flavor.cpuFamily === undefined ? {} : { cpuFamily: flavor.cpuFamily }),
      memory: Math.floor(flavor.memoryBytes / GIB),
      memoryBytes: flavor.memoryBytes,
      disk: Math.floor(flavor.diskBytes / GB),
      diskBytes: flavor.diskBytes,
      architecture: flavor.architecture,
      ...(flavor.baremetal ? { baremetal: true } : {}),
      ...(flavor.pinnedOnly ? { pinnedOnly: true } : {}),
      ...(gpu === undefined
        ? {}
        : {
            gpu: {
              vendor: gpu.vendor,
              model: gpu.model,
              memory: gpu.memoryGib,
              physicalCount: gpu.physicalCount,
              logicalCount: gpu.logicalCount,
            },
          }),
    },
  };
}
