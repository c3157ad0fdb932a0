import { requireRegion } from "../regions/visible-region.ts";
import { IMAGE_READ } from "../schemas/image-schema.ts";
import { IMAGE_PATH } from "../schemas/path-schema.ts";
import { answers } from "../../shared/answers.ts";
import { images } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { resourceReply } from "../../shared/resource-reply.ts";
import { requireReadableImage } from "./image-access.ts";
import { imageReadModel } from "./image-read-model.ts";

/** Images that everybody may use have no owner, so the handler decides who may read. */
export const getImage = regionOperation({
  id: "getImage",
  method: "GET",
  path: "/api/v2/regions/{regionID}/images/{imageID}",
  summary: "Read an image",
  tag: "images",
  permission: images("read"),
  params: IMAGE_PATH,
  responses: answers(200, "The image.", IMAGE_READ),
  handler: ({ params, principal }, services) => {
    requireRegion(principal, params.regionID, services.catalogue);
    return resourceReply(200, requireReadableImage(principal, params, services), imageReadModel);
  },
});
