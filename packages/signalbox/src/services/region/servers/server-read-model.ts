import type { Resource } from "@signalbox/store";
import type { Static } from "typebox";
import {
  serverHealthStatus,
  serverProvisioningStatus,
} from "../../../model/provisioning-status.ts";
import type { RebootMode, Server, ServerNetworking } from "../../../model/server.ts";
import { keyPairNotice } from "../../../model/ssh-injection.ts";
import type { SERVER_READ } from "../schemas/server-schema.ts";
import { conditionsRead, projectMetadata } from "../../shared/metadata-read-model.ts";

type ServerRead = Static<typeof SERVER_READ>;

/** A server as the API shows it (compute-api §1.13). */
export function serverReadModel({ value }: Resource<Server>): ServerRead {
  const { metadata, spec } = value;
  const networking = networkingRead(spec.networking);
  return {
    metadata: projectMetadata(metadata, {
      provisioningStatus: serverProvisioningStatus(value),
      healthStatus: serverHealthStatus(value),
    }),
    spec: {
      flavorId: spec.flavorId,
      imageId: spec.imageId,
      ...(networking === undefined ? {} : { networking }),
      ...(spec.userData === undefined ? {} : { userData: spec.userData }),
    },
    status: statusRead(value),
  };
}

function statusRead(server: Server): ServerRead["status"] {
  const { metadata, spec, status } = server;
  const said = conditionsRead(metadata);
  return {
    regionId: server.regionId,
    networkId: server.networkId,
    ...present("powerState", status.powerState),
    desiredPower: server.power.desired,
    ...present("privateIP", status.privateIP),
    ...present("publicIP", status.publicIP),
    ...present("macAddress", status.macAddress),
    ...present("sshCertificateAuthorityId", spec.sshCertificateAuthorityId),
    sshInjection: spec.sshInjection,
    ...present("infrastructureRef", spec.infrastructureRef),
    incarnation: server.incarnation,
    ...present("imageId", status.imageId),
    ...present("scheduledTime", status.scheduledAt),
    ...present("launchedTime", status.launchedAt),
    ...present("provisionedTime", status.provisionedAt),
    ...present("pendingReboot", pendingReboot(server)),
    ...present("exitReason", status.exitReason),
    ...said,
    conditions: [...said.conditions, ...keyPairNotice(server)],
  };
}

/** The reboot that was asked for and is not over yet: what a caller waits for. */
function pendingReboot({ power, status }: Server): RebootMode | undefined {
  const isOver = power.reboot?.id === status.rebootedId && status.rebooting !== true;
  return isOver ? undefined : power.reboot?.mode;
}

/** Omitted when all of it is empty, as it was before (compute-api §1.13). */
function networkingRead(networking: ServerNetworking): ServerRead["spec"]["networking"] {
  const { securityGroups = [], publicIP, allowedSourceAddresses = [] } = networking;
  if (
    securityGroups.length === 0 &&
    publicIP === undefined &&
    allowedSourceAddresses.length === 0
  ) {
    return undefined;
  }
  return {
    ...(securityGroups.length === 0 ? {} : { securityGroups: [...securityGroups] }),
    ...(publicIP === undefined ? {} : { publicIP }),
    ...(allowedSourceAddresses.length === 0
      ? {}
      : { allowedSourceAddresses: [...allowedSourceAddresses] }),
  };
}

function present<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V });
}
