import { IMAGE_CREATE, IMAGE_CREATE_V1, IMAGE_READ } from "../schemas/image-schema.ts";
import { ORGANIZATION_REGION_PATH, REGION_PATH } from "../schemas/path-schema.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { intoOrganization } from "../../shared/into-project.ts";
import { images } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { inOrganization } from "../shared/in-organization.ts";
import { importImage } from "./import-image.ts";

const permission = images("create");
const summary = "Import an image";

export const createImage = regionOperation({
  id: "createImage",
  method: "POST",
  path: "/api/v2/regions/{regionID}/images",
  summary,
  description: "The answer is the job: watch status.state become ready or failed.",
  tag: "images",
  permission,
  params: REGION_PATH,
  body: IMAGE_CREATE,
  responses: answers(201, "The image, pending.", IMAGE_READ, 422, ...WITH_BODY),
  target: ({ body }) => intoOrganization(body.spec.organizationId, "images"),
  handler: ({ params, body, principal, signal }, services) => {
    const { organizationId } = body.spec;
    const regionId = params.regionID;
    return importImage(
      { regionId, organizationId, body, principal, signal, status: 201 },
      services,
    );
  },
});

export const createImageV1 = regionOperation({
  id: "createImageV1",
  method: "POST",
  path: "/api/v1/organizations/{organizationID}/regions/{regionID}/images",
  summary,
  tag: "v1",
  permission,
  params: ORGANIZATION_REGION_PATH,
  body: IMAGE_CREATE_V1,
  responses: answers(200, "The image, pending.", IMAGE_READ, 422, ...WITH_BODY),
  target: inOrganization("images"),
  handler: ({ params, body, principal, signal }, services) =>
    importImage(
      {
        regionId: params.regionID,
        organizationId: params.organizationID,
        body,
        principal,
        signal,
        status: 200,
      },
      services,
    ),
});
