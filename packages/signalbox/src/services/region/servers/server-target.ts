import type { AddressedObject } from "@signalbox/http";
import type { Resource } from "@signalbox/store";
import { SERVER } from "../../../model/kinds.ts";
import type { Server } from "../../../model/server.ts";
import type { RegionServices } from "../region-services.ts";
import { addressed } from "../../shared/addressed.ts";

/** The server that the path names. */
export function serverTarget(
  { params }: { readonly params: { readonly serverID: string } },
  { store }: RegionServices,
): AddressedObject<Resource<Server>> | undefined {
  return addressed(store, SERVER, params.serverID, "servers");
}
