import type { AddressedObject } from "@signalbox/http";
import type { Resource } from "@signalbox/store";
import { XDS_GROUP } from "../../../model/kinds.ts";
import type { XdsGroup } from "../../../model/xds-group.ts";
import { addressed } from "../../shared/addressed.ts";
import type { XdsServices } from "../xds-services.ts";

/** The xDS group that the path names. */
export function groupTarget(
  { params }: { readonly params: { readonly groupID: string } },
  { store }: XdsServices,
): AddressedObject<Resource<XdsGroup>> | undefined {
  return addressed(store, XDS_GROUP, params.groupID, "xdsgroups");
}
