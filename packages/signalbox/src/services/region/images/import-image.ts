import { pathToFileURL } from "node:url";
import { Problem } from "@signalbox/base";
import type { OperationReply, Principal } from "@signalbox/http";
import { createResource } from "@signalbox/store";
import type { Static } from "typebox";
import type { Image } from "../../../model/image.ts";
import { IMAGE } from "../../../model/kinds.ts";
import { FINALIZER } from "../../../model/metadata.ts";
import { imageTags, withoutImageTags } from "../../../model/tags.ts";
import { newResourceId } from "../../../model/uuid.ts";
import { requireRegion } from "../regions/visible-region.ts";
import type { RegionServices } from "../region-services.ts";
import type { IMAGE_CREATE_V1 } from "../schemas/image-schema.ts";
import { feasible, unprocessable } from "../../shared/invalid.ts";
import { createdMetadata } from "../../shared/written-metadata.ts";
import { imageReadModel } from "./image-read-model.ts";

interface ImportRequest {
  readonly regionId: string;
  readonly organizationId: string;
  readonly body: Static<typeof IMAGE_CREATE_V1>;
  readonly principal: Principal;
  readonly signal: AbortSignal;
  /** 200 in v1, which strict clients insist on; 201 in v2. */
  readonly status: 200 | 201;
}

/**
 * Stores an image that is to be fetched; the reconciler fetches it.
 *
 * @throws Problem `not_found`, `provider_unsupported`, `unprocessable`
 */
export async function importImage(
  { regionId, organizationId, body, principal, signal, status }: ImportRequest,
  services: RegionServices,
): Promise<OperationReply> {
  requireRegion(principal, regionId, services.catalogue);
  const source = sourceOf(body.spec, regionId, services);
  const { architecture, virtualization, os, softwareVersions, gpu } = body.spec;
  const id = newResourceId(services.random);
  const { tags = [], ...written } = body.metadata;
  const metadata = createdMetadata(
    { ...written, tags: [...withoutImageTags(tags)] },
    { id, finalizers: [FINALIZER] },
    principal,
    services,
  );
  const image: Image = {
    metadata: {
      ...metadata,
      tags: [...metadata.tags, ...imageTags("import", organizationId)],
    },
    regionId,
    organizationId,
    spec: {
      architecture,
      virtualization,
      os,
      ...(softwareVersions === undefined ? {} : { softwareVersions }),
      ...(gpu === undefined ? {} : { gpu: { ...gpu, models: gpu.models ?? [] } }),
    },
    source,
    status: { state: "pending", virtualBytes: 0 },
  };
  const created = await createResource(services.store, IMAGE, id, image, { signal });
  return {
    status,
    body: imageReadModel(created),
    audited: { type: "images", id, tenancy: { organizationId } },
  };
}

/** Where the bytes are, if they may be fetched and the provider can read them. */
function sourceOf(
  spec: ImportRequest["body"]["spec"],
  regionId: string,
  services: RegionServices,
): Image["source"] {
  const { format = "raw", sha256 } = spec;
  const provider = services.providerOf(regionId);
  if (provider === undefined) throw new Problem("not_found", "there is no such region");
  const { imageFormats } = provider.capabilities;
  if (!imageFormats.includes(format)) {
    throw new Problem("provider_unsupported", `this region does not take ${format} images`);
  }
  const uri = spec.uri.startsWith("/") ? pathToFileURL(spec.uri).href : spec.uri;
  const allowed = feasible(services.allowImageSource(uri), "/spec/uri");
  if (allowed.startsWith("http:") && sha256 === undefined) {
    throw unprocessable("an import over plain http needs a sha256", "/spec/sha256");
  }
  const digest = sha256 === undefined ? {} : { sha256: sha256.toLowerCase() };
  return { type: "import", uri: allowed, format, ...digest };
}
