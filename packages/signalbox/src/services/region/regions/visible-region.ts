import { Problem } from "@signalbox/base";
import { allowsEverywhere, type Principal } from "@signalbox/http";
import type { Region, RegionCatalogue } from "../../../model/region.ts";
import { regions } from "../shared/permissions.ts";

/** Who may know of a region (compute-api §1.4); an empty list hides it from all but operators. */
export function isVisible(principal: Principal, { organizationIds }: Region): boolean {
  if (organizationIds === undefined) return true;
  if (allowsEverywhere(principal, regions("read"))) return true;
  return organizationIds.some((id) => principal.access.organizations.has(id));
}

/** @throws Problem `not_found` for a region that is not there or hidden from the caller */
export function requireRegion(
  principal: Principal,
  regionId: string,
  catalogue: RegionCatalogue,
): Region {
  const region = catalogue.regions.get(regionId);
  if (region !== undefined && isVisible(principal, region)) return region;
  throw new Problem("not_found", "there is no such region");
}
