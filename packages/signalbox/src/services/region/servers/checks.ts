import { Problem } from "@signalbox/base";
import { allows, type Principal } from "@signalbox/http";
import type { Reader, Resource } from "@signalbox/store";
import type { Flavor } from "../../../model/flavor.ts";
import type { Image } from "../../../model/image.ts";
import { checkImageFits } from "../../../model/image-compatibility.ts";
import { parseIpv4Prefix } from "../../../model/ipv4.ts";
import { IMAGE, SECURITY_GROUP, SSH_CA } from "../../../model/kinds.ts";
import type { Network } from "../../../model/network.ts";
import { checkUserData } from "../../../model/user-data.ts";
import { beingDeleted, feasible, unprocessable } from "../../shared/invalid.ts";
import { securityGroups, sshCertificateAuthorities } from "../shared/permissions.ts";

/** Step 7 of compute-api §3.1. @throws Problem `unprocessable` */
export function assertUserData(userData: string | undefined, withAuthority: boolean): void {
  const bytes = userData === undefined ? undefined : Buffer.from(userData, "base64");
  feasible(checkUserData(bytes, withAuthority), "/spec/userData");
}

/** Step 8: what the caller may not read is not there. @throws Problem `not_found`, `unprocessable` */
export function assertAuthority(
  reader: Reader,
  id: string | undefined,
  { value: network }: Resource<Network>,
  principal: Principal,
): void {
  if (id === undefined) return;
  const metadata = reader.get(SSH_CA, id)?.value.metadata;
  const readable =
    metadata?.apiVersion === 2 && allows(principal, sshCertificateAuthorities("read"), metadata);
  if (!readable) throw new Problem("not_found", "there is no such SSH certificate authority");
  const { organizationId, projectId } = network.metadata;
  if (metadata.organizationId !== organizationId || metadata.projectId !== projectId) {
    const detail = "the SSH certificate authority belongs to another project than the network";
    throw unprocessable(detail, "/spec/sshCertificateAuthorityId");
  }
}

/** Step 9, in request order. @throws Problem `not_found`, `unprocessable`, `being_deleted` */
export function assertSecurityGroups(
  reader: Reader,
  ids: readonly string[] | undefined,
  networkId: string,
  principal: Principal,
): void {
  for (const [index, id] of (ids ?? []).entries()) {
    const group = reader.get(SECURITY_GROUP, id)?.value;
    const readable =
      group?.metadata.apiVersion === 2 && allows(principal, securityGroups("read"), group.metadata);
    if (!readable) throw new Problem("not_found", `there is no security group ${id}`);
    const pointer = `/spec/networking/securityGroups/${index}`;
    if (group.networkId !== networkId) {
      throw unprocessable("the security group belongs to another network", pointer);
    }
    if (group.metadata.deletedAt !== undefined) throw beingDeleted("security group");
    if (ids?.indexOf(id) !== index)
      throw unprocessable("the security group is named twice", pointer);
  }
}

/** Steps 11 and 12. @throws Problem `not_found`, `unprocessable` */
export function requireReadyImage(
  reader: Reader,
  id: string,
  regionId: string,
  organizationId: string,
): Image {
  const image = reader.get(IMAGE, id)?.value;
  const visible =
    image !== undefined &&
    image.regionId === regionId &&
    image.metadata.deletedAt === undefined &&
    (image.organizationId === undefined || image.organizationId === organizationId);
  if (!visible) throw new Problem("not_found", `there is no image ${id} in this region`);
  if (image.status.state !== "ready") {
    throw unprocessable(`the image is not ready, it is ${image.status.state}`, "/spec/imageId");
  }
  return image;
}

/** Step 14. @throws Problem `unprocessable` */
export function assertImageFits({ spec, status }: Image, flavor: Flavor): void {
  feasible(checkImageFits({ ...spec, virtualBytes: status.virtualBytes }, flavor), "/spec/imageId");
}

/** Step 16. @throws Problem `unprocessable` */
export function assertSourceAddresses(prefixes: readonly string[] | undefined): void {
  for (const [index, prefix] of (prefixes ?? []).entries()) {
    feasible(parseIpv4Prefix(prefix), `/spec/networking/allowedSourceAddresses/${index}`);
  }
}
