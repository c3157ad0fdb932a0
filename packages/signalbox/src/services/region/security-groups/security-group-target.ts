import type { AddressedObject } from "@signalbox/http";
import type { Resource } from "@signalbox/store";
import { SECURITY_GROUP } from "../../../model/kinds.ts";
import type { SecurityGroup } from "../../../model/security-group.ts";
import type { RegionServices } from "../region-services.ts";
import { addressed } from "../../shared/addressed.ts";

/** The security group that the path names. */
export function securityGroupTarget(
  { params }: { readonly params: { readonly securityGroupID: string } },
  { store }: RegionServices,
): AddressedObject<Resource<SecurityGroup>> | undefined {
  return addressed(store, SECURITY_GROUP, params.securityGroupID, "securitygroups");
}
