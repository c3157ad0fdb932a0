import type { AddressedObject } from "@signalbox/http";
import type { RegionServices } from "../region-services.ts";
import { intoOrganization } from "../../shared/into-project.ts";

/** The target of v1 operations: the organization that the path names, if there is one. */
export function inOrganization(type: string) {
  return (
    { params }: { readonly params: { readonly organizationID: string } },
    { catalogue }: RegionServices,
  ): AddressedObject<undefined> | undefined =>
    catalogue.organizationExists(params.organizationID)
      ? intoOrganization(params.organizationID, type)
      : undefined;
}
