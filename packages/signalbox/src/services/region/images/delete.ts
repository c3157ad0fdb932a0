import { Problem } from "@signalbox/base";
import { assertIfMatch, type OperationReply, type Principal } from "@signalbox/http";
import { IMAGE } from "../../../model/kinds.ts";
import type { RegionServices } from "../region-services.ts";
import { IMAGE_PATH, ORGANIZATION_IMAGE_PATH } from "../schemas/path-schema.ts";
import { answers } from "../../shared/answers.ts";
import { assertNoServers } from "../shared/assert-no-servers.ts";
import { images } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { ACCEPTED } from "../../shared/resource-reply.ts";
import { deletedMetadata } from "../../shared/written-metadata.ts";
import { findImage, ownedImageTarget } from "./image-access.ts";

const permission = images("delete");
const summary = "Delete an image of an organization";
const description = "Refused with 409 and the servers' names while servers use it.";

export const deleteImage = regionOperation({
  id: "deleteImage",
  method: "DELETE",
  path: "/api/v2/regions/{regionID}/images/{imageID}",
  summary,
  description,
  tag: "images",
  permission,
  params: IMAGE_PATH,
  responses: answers(202, "It will go.", undefined, 409, 412),
  target: ownedImageTarget,
  handler: (request, services) => remove(request, services),
});

export const deleteImageV1 = regionOperation({
  id: "deleteImageV1",
  method: "DELETE",
  path: "/api/v1/organizations/{organizationID}/regions/{regionID}/images/{imageID}",
  summary,
  description,
  tag: "v1",
  permission,
  params: ORGANIZATION_IMAGE_PATH,
  responses: answers(202, "It will go.", undefined, 409, 412),
  target: (request, services) => {
    const found = ownedImageTarget(request, services);
    return found?.tenancy.organizationId === request.params.organizationID ? found : undefined;
  },
  handler: (request, services) => remove(request, services),
});

interface DeleteRequest {
  readonly params: { readonly regionID: string; readonly imageID: string };
  readonly principal: Principal;
  readonly ifMatch: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** Of two deletes at once, the second finds nothing any more. */
async function remove(
  { params, principal, ifMatch, signal }: DeleteRequest,
  services: RegionServices,
): Promise<OperationReply> {
  await services.store.transact(
    (tx) => {
      const present = findImage(tx, params);
      if (present === undefined) throw new Problem("not_found", "there is no such image");
      assertIfMatch(ifMatch, present.revision);
      assertNoServers(tx, "image", present.id, "image");
      const metadata = deletedMetadata(present.value.metadata, principal, services);
      tx.update(IMAGE, present.id, { ...present.value, metadata });
    },
    { signal },
  );
  return ACCEPTED;
}
