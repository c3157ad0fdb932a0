import { Problem } from "@signalbox/base";
import { mergeSshAuthority } from "../../model/ssh-managed-part.ts";
import type { Server } from "../../model/server.ts";
import type { DesiredServer, MachineNotice } from "../../providers/provider.ts";
import { desiredNetwork } from "../desired-network.ts";
import type { ServerInputs } from "./load-inputs.ts";

/**
 * A server as its provider is told of it.
 *
 * @throws Problem `unprocessable` when the stored user data cannot be used
 */
export function desiredServer(
  server: Server,
  allocation: NonNullable<Server["allocation"]>,
  inputs: ServerInputs,
): DesiredServer {
  const { metadata, incarnation, spec, power } = server;
  const { image, network, groups, flavor } = inputs;
  const publicIP = spec.networking.publicIP ? allocation.publicIP : undefined;
  const userData = userDataOf(server, inputs);
  return {
    id: metadata.id,
    incarnation,
    name: metadata.name,
    flavor,
    image: {
      id: image.metadata.id,
      virtualBytes: image.status.virtualBytes,
      ...(image.status.digest !== undefined && { digest: image.status.digest }),
    },
    network: desiredNetwork(network),
    privateIP: allocation.privateIP,
    macAddress: allocation.macAddress,
    rules: groups.flatMap((group) => group.spec.rules),
    allowedSourceAddresses: spec.networking.allowedSourceAddresses ?? [],
    power: power.desired,
    ...(publicIP !== undefined && { publicIP }),
    ...(userData !== undefined && { userData }),
    ...(spec.infrastructureRef !== undefined && { infrastructureRef: spec.infrastructureRef }),
  };
}

/** Wishes that are dropped before the provider is told of them. */
export function droppedWishes(server: Server, inputs: ServerInputs): readonly MachineNotice[] {
  if (server.spec.networking.publicIP !== true || offersPublicAddresses(inputs)) return [];
  const message = "this region has no public addresses to give";
  return [{ kind: "limited", reason: "Unsupported", message }];
}

export function offersPublicAddresses({ provider, region }: ServerInputs): boolean {
  return provider.capabilities.publicAddresses && region.publicPrefix !== undefined;
}

function userDataOf({ spec }: Server, { authority }: ServerInputs): Buffer | undefined {
  const own = spec.userData === undefined ? undefined : Buffer.from(spec.userData, "base64");
  if (authority === undefined) return own;
  const merged = mergeSshAuthority(own, authority.spec.publicKey);
  if (!merged.ok) throw new Problem("unprocessable", merged.error);
  return merged.value;
}
