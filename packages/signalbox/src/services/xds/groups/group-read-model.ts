import type { Resource } from "@signalbox/store";
import type { Static } from "typebox";
import type { XdsGroup } from "../../../model/xds-group.ts";
import { projectMetadata } from "../../shared/metadata-read-model.ts";
import type { XDS_GROUP_READ } from "../schemas/group-schema.ts";

/** An xDS group as the API shows it: what is stored is served, so it is always there. */
export function groupReadModel({
  value: { metadata, spec, content },
}: Resource<XdsGroup>): Static<typeof XDS_GROUP_READ> {
  const { revision, resources, bytes } = content;
  return {
    metadata: projectMetadata(metadata, {
      provisioningStatus: "provisioned",
      healthStatus: "healthy",
    }),
    spec: {
      nodes: { ids: [...spec.nodes.ids], clusters: [...spec.nodes.clusters] },
      endpoints: spec.endpoints.map(({ cluster, port, from }) => ({
        cluster,
        port,
        from: { ...from, ...(from.tags === undefined ? {} : { tags: { ...from.tags } }) },
      })),
    },
    status: { revision, resources, bytes },
  };
}
