import { Problem } from "@signalbox/base";
import { type AddressedObject, allows, type Principal } from "@signalbox/http";
import type { Reader, Resource } from "@signalbox/store";
import type { Image } from "../../../model/image.ts";
import { IMAGE } from "../../../model/kinds.ts";
import type { RegionServices } from "../region-services.ts";
import { images } from "../shared/permissions.ts";

/** An image of a region; one whose deletion was asked for is gone at once (compute-api §4.12). */
export function findImage(
  reader: Reader,
  { regionID, imageID }: { readonly regionID: string; readonly imageID: string },
): Resource<Image> | undefined {
  const image = reader.get(IMAGE, imageID);
  const isThere =
    image?.value.regionId === regionID && image.value.metadata.deletedAt === undefined;
  return isThere ? image : undefined;
}

/** What everybody may use, and what belongs to an organization whose images the caller may read. */
export function isReadable(principal: Principal, { organizationId }: Image): boolean {
  return organizationId === undefined || allows(principal, images("read"), { organizationId });
}

/** @throws Problem `not_found` */
export function requireReadableImage(
  principal: Principal,
  path: { readonly regionID: string; readonly imageID: string },
  { store }: RegionServices,
): Resource<Image> {
  const image = findImage(store, path);
  if (image !== undefined && isReadable(principal, image.value)) return image;
  throw new Problem("not_found", "there is no such image");
}

/**
 * The image to delete. What came with the region is no organization's, so for deleting it is not
 * there (compute-api §2.2).
 */
export function ownedImageTarget(
  { params }: { readonly params: { readonly regionID: string; readonly imageID: string } },
  { store }: RegionServices,
): AddressedObject<Resource<Image>> | undefined {
  const object = findImage(store, params);
  const organizationId = object?.value.organizationId;
  if (object === undefined || organizationId === undefined) return undefined;
  return { object, tenancy: { organizationId }, type: "images", id: object.id };
}
