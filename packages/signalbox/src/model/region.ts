import type { Flavor } from "./flavor.ts";

/** `qemu` is ours; the others are what existing clients know. */
export type RegionType = "openstack" | "kubernetes" | "simulated" | "qemu";

export interface ExternalNetwork {
  readonly id: string;
  readonly name: string;
}

/** A region as the operator declares it. */
export interface Region {
  readonly id: string;
  readonly name: string;
  readonly type: RegionType;
  /** Organizations that may see it. Absent: all. Empty: none but global callers. */
  readonly organizationIds?: readonly string[];
  readonly createdAt: string;
  /** Flavors on offer, in API order (GPU count, CPUs, memory). A flavor that left is retired. */
  readonly flavors: readonly Flavor[];
  readonly externalNetworks: readonly ExternalNetwork[];
  /** Addresses for `publicIP: true`, IPv4 CIDR; absent: the provider has none. */
  readonly publicPrefix?: string;
}

/** The regions that this daemon serves. */
export interface RegionCatalogue {
  /** By id. */
  readonly regions: ReadonlyMap<string, Region>;
}
