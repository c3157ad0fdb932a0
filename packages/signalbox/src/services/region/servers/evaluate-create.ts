import { Problem } from "@signalbox/base";
import type { Principal } from "@signalbox/http";
import { type Reader, requireResource } from "@signalbox/store";
import type { Static } from "typebox";
import { NETWORK } from "../../../model/kinds.ts";
import type { Network } from "../../../model/network.ts";
import type { Region } from "../../../model/region.ts";
import type { ServerSpec } from "../../../model/server.ts";
import { resolveSshInjection } from "../../../model/ssh-injection.ts";
import type { RegionServices } from "../region-services.ts";
import type { SERVER_CREATE } from "../schemas/server-schema.ts";
import { beingDeleted, feasible, unprocessable } from "../../shared/invalid.ts";
import {
  assertAuthority,
  assertImageFits,
  assertSecurityGroups,
  assertSourceAddresses,
  assertUserData,
  requireReadyImage,
} from "./checks.ts";
import { writtenNetworking, writtenUserData } from "./written-networking.ts";

type CreateSpec = Static<typeof SERVER_CREATE>["spec"];

/**
 * Steps 6 to 16 of compute-api §3.1, in that order, against the state that the create will be
 * committed to. The steps before are the pipeline's and the operation's.
 *
 * @throws Problem `not_found`, `unprocessable`, `being_deleted`
 */
export function evaluateCreate(
  reader: Reader,
  spec: CreateSpec,
  principal: Principal,
  services: Pick<RegionServices, "catalogue" | "providerOf">,
): { readonly network: Network; readonly spec: ServerSpec } {
  const network = requireResource(reader, NETWORK, spec.networkId);
  if (network.value.metadata.deletedAt !== undefined) throw beingDeleted("network");
  const { regionId, metadata } = network.value;
  const { sshCertificateAuthorityId, infrastructureRef } = spec;
  const sshInjection = feasible(
    resolveSshInjection({
      requested: spec.sshInjection,
      sshCertificateAuthorityId,
      infrastructureRef,
    }),
    "/spec/sshInjection",
  );
  assertUserData(spec.userData, sshCertificateAuthorityId !== undefined);
  assertAuthority(reader, sshCertificateAuthorityId, network, principal);
  const networking = writtenNetworking(spec.networking);
  assertSecurityGroups(reader, networking.securityGroups, network.id, principal);
  const region = requireServedRegion(regionId, services);
  const image = requireReadyImage(reader, spec.imageId, regionId, metadata.organizationId);
  const flavor = requireFlavor(region, spec.flavorId);
  assertImageFits(image, flavor);
  if (flavor.pinnedOnly && infrastructureRef === undefined) {
    throw unprocessable("the flavor needs an infrastructureRef", "/spec/flavorId");
  }
  assertSourceAddresses(networking.allowedSourceAddresses);
  return {
    network: network.value,
    spec: {
      flavorId: spec.flavorId,
      imageId: spec.imageId,
      networking,
      ...writtenUserData(spec.userData),
      ...(sshCertificateAuthorityId === undefined ? {} : { sshCertificateAuthorityId }),
      sshInjection,
      ...(infrastructureRef === undefined ? {} : { infrastructureRef }),
    },
  };
}

/** Step 10: who may read the network may use its region, hidden or not. */
function requireServedRegion(
  regionId: string,
  { catalogue, providerOf }: Pick<RegionServices, "catalogue" | "providerOf">,
): Region {
  const region = catalogue.regions.get(regionId);
  if (region !== undefined && providerOf(regionId) !== undefined) return region;
  throw new Problem("not_found", "the network's region is no longer served");
}

/** Step 13: a flavor that left the list is retired. */
function requireFlavor(region: Region, flavorId: string): Region["flavors"][number] {
  const flavor = region.flavors.find(({ id }) => id === flavorId);
  if (flavor !== undefined) return flavor;
  throw unprocessable("the region does not offer this flavor", "/spec/flavorId");
}
