import { Problem } from "@signalbox/base";
import type { Principal } from "@signalbox/http";
import type { Region } from "../../../model/region.ts";
import type { RegionCatalogue } from "../region-services.ts";
import { regions } from "../shared/permissions.ts";

const READ_EVERYWHERE = `${regions("read").endpoint}:read`;

/** Who may know of a region (compute-api §1.4); an empty list hides it from all but operators. */
export function isVisible(principal: Principal, { organizationIds }: Region): boolean {
  if (organizationIds === undefined) return true;
  const { access } = principal;
  if (access.global.has(READ_EVERYWHERE)) return true;
  return organizationIds.some((id) => access.organizations.has(id));
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
