import type { Resource } from "@signalbox/store";
import type { Static } from "typebox";
import type { Network } from "../../../model/network.ts";
import { networkHealthStatus, provisioningStatus } from "../../../model/provisioning-status.ts";
import type { NETWORK_READ } from "../schemas/network-schema.ts";
import { conditionsRead, projectMetadata } from "../../shared/metadata-read-model.ts";

/** A network as the API shows it. */
export function networkReadModel({ value }: Resource<Network>): Static<typeof NETWORK_READ> {
  const { metadata, spec, regionId } = value;
  return {
    metadata: projectMetadata(metadata, {
      provisioningStatus: provisioningStatus(metadata),
      healthStatus: networkHealthStatus(metadata),
    }),
    spec: {
      dnsNameservers: [...spec.dnsNameservers],
      ...(spec.routes.length === 0 ? {} : { routes: [...spec.routes] }),
    },
    status: {
      regionId,
      prefix: spec.prefix,
      reservations: { ...spec.reservations },
      ...conditionsRead(metadata),
    },
  };
}
