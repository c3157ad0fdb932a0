import type { AddressedObject } from "@signalbox/http";
import type { Resource } from "@signalbox/store";
import { NETWORK } from "../../../model/kinds.ts";
import type { Network } from "../../../model/network.ts";
import type { RegionServices } from "../region-services.ts";
import { addressed } from "../../shared/addressed.ts";

/** The network that the path names. */
export function networkTarget(
  { params }: { readonly params: { readonly networkID: string } },
  { store }: RegionServices,
): AddressedObject<Resource<Network>> | undefined {
  return addressed(store, NETWORK, params.networkID, "networks");
}
