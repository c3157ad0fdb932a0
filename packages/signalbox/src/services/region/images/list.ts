import { PAGING_QUERY } from "@signalbox/http";
import { Type } from "typebox";
import { requireRegion } from "../regions/visible-region.ts";
import { IMAGES_READ } from "../schemas/image-schema.ts";
import { WATCHING } from "../schemas/list-query-schema.ts";
import { UUID } from "../schemas/metadata-schema.ts";
import { ORGANIZATION_REGION_PATH, REGION_PATH } from "../schemas/path-schema.ts";
import { answers } from "../../shared/answers.ts";
import { inOrganization } from "../shared/in-organization.ts";
import { images } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { watchReply } from "../../shared/watch-reply.ts";
import { imageList } from "./image-list.ts";
import { imageListReply } from "./image-list-reply.ts";
import { imageReadModel } from "./image-read-model.ts";

const permission = images("read");
const texts = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));

const IMAGE_LIST_QUERY = Type.Object({
  ...PAGING_QUERY.properties,
  ...WATCHING,
  organizationID: Type.Optional(Type.Array(UUID, { description: "Their images too." })),
  scope: Type.Optional(Type.Enum(["owned", "available"])),
  status: Type.Optional(Type.Array(Type.Enum(["pending", "creating", "ready", "failed"]))),
  name: texts("Exact name; any may match."),
  tag: texts("name=value; all must match"),
  serverID: Type.Optional(Type.Array(UUID, { description: "Snapshots of these servers alone." })),
});

export const listImages = regionOperation({
  id: "listImages",
  method: "GET",
  path: "/api/v2/regions/{regionID}/images",
  summary: "List or watch a region's images",
  tag: "images",
  permission,
  params: REGION_PATH,
  query: IMAGE_LIST_QUERY,
  responses: answers(200, "The images that match, by name.", IMAGES_READ, 410),
  handler: (request, { store, catalogue }) => {
    const { params, query, principal } = request;
    requireRegion(principal, params.regionID, catalogue);
    const set = imageList(params.regionID, query, principal);
    return query.watch === true
      ? watchReply(set, imageReadModel, request, store)
      : imageListReply(set, query, store);
  },
});

/** v1: what is ready, of everybody's and the organization's. */
export const listImagesV1 = regionOperation({
  id: "listImagesV1",
  method: "GET",
  path: "/api/v1/organizations/{organizationID}/regions/{regionID}/images",
  summary: "List an organization's ready images",
  tag: "v1",
  permission,
  params: ORGANIZATION_REGION_PATH,
  query: PAGING_QUERY,
  responses: answers(200, "The images, by name.", IMAGES_READ),
  target: inOrganization("images"),
  handler: ({ params, query, principal }, { store, catalogue }) => {
    requireRegion(principal, params.regionID, catalogue);
    const wanted = { organizationID: [params.organizationID], status: ["ready" as const] };
    return imageListReply(imageList(params.regionID, wanted, principal), query, store);
  },
});
