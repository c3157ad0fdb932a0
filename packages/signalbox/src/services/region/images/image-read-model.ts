import type { Static } from "typebox";
import type { Image, ImageSource } from "../../../model/image.ts";
import type { IMAGE_READ } from "../schemas/image-schema.ts";
import { conditionsRead, staticMetadata } from "../../shared/metadata-read-model.ts";

type ImageRead = Static<typeof IMAGE_READ>;

const GIB = 2 ** 30;

/** An image as the API shows it (compute-api §1.6). */
export function imageReadModel({ value }: { readonly value: Image }): ImageRead {
  const { metadata, spec, status } = value;
  const { softwareVersions, gpu } = spec;
  const tags = [...metadata.tags].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    metadata: staticMetadata({ ...metadata, tags }),
    spec: {
      architecture: spec.architecture,
      sizeGiB: Math.ceil(status.virtualBytes / GIB),
      virtualization: spec.virtualization,
      os: { ...spec.os },
      ...(softwareVersions === undefined ? {} : { softwareVersions: { ...softwareVersions } }),
      ...(gpu === undefined ? {} : { gpu: { ...gpu, models: [...gpu.models] } }),
    },
    status: {
      state: status.state,
      regionId: value.regionId,
      ...(value.organizationId === undefined ? {} : { organizationId: value.organizationId }),
      sizeBytes: status.virtualBytes,
      ...(status.digest === undefined ? {} : { digest: status.digest }),
      ...(status.progressPercent === undefined ? {} : { progressPercent: status.progressPercent }),
      source: sourceRead(value.source),
      ...conditionsRead(metadata),
    },
  };
}

/** Paths of the host are nobody's business. */
function sourceRead(source: ImageSource): ImageRead["status"]["source"] {
  return source.type === "builtin" ? { type: "builtin" } : { ...source };
}
