import { Problem } from "@signalbox/base";
import { allows, type Principal } from "@signalbox/http";
import { type Reader, requireResource, type Resource } from "@signalbox/store";
import type { Image } from "../../../model/image.ts";
import { IMAGE, SERVER } from "../../../model/kinds.ts";
import { FINALIZER } from "../../../model/metadata.ts";
import type { Server } from "../../../model/server.ts";
import { isRebuilding } from "../../../model/server-power.ts";
import { imageTags, withoutImageTags } from "../../../model/tags.ts";
import { newResourceId } from "../../../model/uuid.ts";
import { imageReadModel } from "../images/image-read-model.ts";
import type { RegionServices } from "../region-services.ts";
import { IMAGE_READ, SNAPSHOT_CREATE } from "../schemas/image-schema.ts";
import { SERVER_PATH } from "../schemas/path-schema.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { beingDeleted } from "../../shared/invalid.ts";
import { images, servers } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { createdMetadata } from "../../shared/written-metadata.ts";
import { serverTarget } from "./server-target.ts";

export const snapshotServer = regionOperation({
  id: "snapshotServer",
  method: "POST",
  path: "/api/v2/servers/{serverID}/snapshot",
  summary: "Make an image of a server's disk",
  description: "Also needs the permission to create images in the server's organization.",
  tag: "servers",
  permission: servers("snapshot"),
  params: SERVER_PATH,
  body: SNAPSHOT_CREATE,
  responses: answers(201, "The image, pending.", IMAGE_READ, 409, 422, ...WITH_BODY),
  target: serverTarget,
  handler: async ({ target, body, principal, signal }, services) => {
    const { organizationId } = target.value.metadata;
    assertMayCreateImages(principal, organizationId);
    assertSnapshots(target.value, services);
    const id = newResourceId(services.random);
    const { tags = [], ...written } = body.metadata;
    const described = createdMetadata(
      { ...written, tags: [...withoutImageTags(tags)] },
      { id, finalizers: [FINALIZER] },
      principal,
      services,
    );
    const metadata = {
      ...described,
      tags: [...described.tags, ...imageTags("snapshot", organizationId)],
    };
    const { result } = await services.store.transact(
      (tx) => {
        const server = requireResource(tx, SERVER, target.id);
        tx.create(IMAGE, id, { metadata, organizationId, ...snapshotOf(server, tx) });
        return requireResource(tx, IMAGE, id);
      },
      { signal },
    );
    const audited = { type: "images", id, tenancy: { organizationId } };
    return { status: 201, body: imageReadModel(result), audited };
  },
});

/** The bridge of compute-api §3.8: access to the server's project is not enough. */
function assertMayCreateImages(principal: Principal, organizationId: string): void {
  const permission = images("create");
  if (allows(principal, permission, { organizationId })) return;
  throw new Problem("forbidden", "the caller may not create region:images at organization scope");
}

function assertSnapshots({ regionId }: Server, { providerOf }: RegionServices): void {
  const provider = providerOf(regionId);
  if (provider === undefined) throw new Problem("not_found", "the server's region is gone");
  if (provider.capabilities.snapshots) return;
  throw new Problem("provider_unsupported", "this region's provider does not take snapshots");
}

/** What the disk was made from says what is on it. @throws Problem `being_deleted`, `conflict` */
function snapshotOf(
  { id, value: server }: Resource<Server>,
  reader: Reader,
): Pick<Image, "regionId" | "spec" | "source" | "status"> {
  if (server.metadata.deletedAt !== undefined) throw beingDeleted("server");
  if (isRebuilding(server)) throw new Problem("conflict", "the server is being rebuilt");
  const sourceImageId = server.status.imageId;
  if (sourceImageId === undefined) {
    throw new Problem("conflict", "the server has no disk yet");
  }
  const source = reader.get(IMAGE, sourceImageId);
  if (source === undefined) {
    throw new Problem("conflict", "the image that the server was made from is gone");
  }
  return {
    regionId: server.regionId,
    spec: source.value.spec,
    source: { type: "snapshot", serverId: id, sourceImageId },
    status: { state: "pending", virtualBytes: 0 },
  };
}
