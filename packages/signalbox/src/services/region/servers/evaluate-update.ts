import type { Principal } from "@signalbox/http";
import type { Reader } from "@signalbox/store";
import { Problem } from "@signalbox/base";
import { allows } from "@signalbox/http";
import type { Static } from "typebox";
import { NETWORK } from "../../../model/kinds.ts";
import type { RegionCatalogue } from "../../../model/region.ts";
import type { Server, ServerSpec } from "../../../model/server.ts";
import type { SERVER_UPDATE } from "../schemas/server-schema.ts";
import { beingDeleted, unprocessable } from "../../shared/invalid.ts";
import { networks } from "../shared/permissions.ts";
import {
  assertImageFits,
  assertSecurityGroups,
  assertSourceAddresses,
  assertUserData,
  requireReadyImage,
} from "./checks.ts";
import { writtenNetworking, writtenUserData } from "./written-networking.ts";

type Update = Static<typeof SERVER_UPDATE>;

/**
 * Steps 4 to 11 of compute-api §3.6, in that order. What an update may not change and does not
 * refuse (authority, injection mode, pinning) is carried over.
 *
 * @throws Problem `being_deleted`, `unprocessable`, `not_found`
 */
export function evaluateUpdate(
  reader: Reader,
  server: Server,
  { metadata, spec }: Update,
  principal: Principal,
  catalogue: RegionCatalogue,
): ServerSpec {
  if (server.metadata.deletedAt !== undefined) throw beingDeleted("server");
  if (metadata.name !== server.metadata.name) {
    throw unprocessable("name is immutable", "/metadata/name");
  }
  if (spec.flavorId !== server.spec.flavorId) {
    throw unprocessable("flavor is immutable", "/spec/flavorId");
  }
  const networking = writtenNetworking(spec.networking);
  assertSecurityGroups(reader, networking.securityGroups, server.networkId, principal);
  assertNetworkReadable(reader, server.networkId, principal);
  if (spec.imageId !== server.spec.imageId) {
    assertImageUsable(reader, spec.imageId, server, catalogue);
  }
  const { userData } = writtenUserData(spec.userData);
  if (userData !== undefined && userData !== server.spec.userData) {
    assertUserData(userData, server.spec.sshCertificateAuthorityId !== undefined);
  }
  assertSourceAddresses(networking.allowedSourceAddresses);
  const { userData: _replaced, ...kept } = server.spec;
  return { ...kept, imageId: spec.imageId, networking, ...writtenUserData(userData) };
}

function assertNetworkReadable(reader: Reader, networkId: string, principal: Principal): void {
  const network = reader.get(NETWORK, networkId)?.value;
  if (network !== undefined && allows(principal, networks("read"), network.metadata)) return;
  throw new Problem("not_found", "there is no such network");
}

/** A retired flavor is tolerated: what its servers are made of is no longer known here. */
function assertImageUsable(
  reader: Reader,
  imageId: string,
  { regionId, metadata, spec }: Server,
  catalogue: RegionCatalogue,
): void {
  const image = requireReadyImage(reader, imageId, regionId, metadata.organizationId);
  const flavors = catalogue.regions.get(regionId)?.flavors ?? [];
  const flavor = flavors.find(({ id }) => id === spec.flavorId);
  if (flavor !== undefined) assertImageFits(image, flavor);
}
