import { Option } from "commander";
import type { Session } from "../../client/session.ts";
import { repeatable } from "../../options.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import { SECURITY_GROUP_TYPE } from "../../resources/resource-types.ts";

export interface NetworkingFlags {
  readonly securityGroup?: readonly string[];
  readonly publicIp?: boolean;
  readonly allowedSource?: readonly string[];
}

export function networkingOptions(): readonly Option[] {
  return [
    repeatable("--security-group <group>", "security group; may be repeated"),
    new Option("--public-ip", "give it a public address"),
    repeatable("--allowed-source <cidr>", "source addresses that it may use; may be repeated"),
  ];
}

/** The member `spec.networking`, or undefined when no flag speaks of it. */
export async function networkingBody(
  session: Session,
  flags: NetworkingFlags,
): Promise<object | undefined> {
  const groups = flags.securityGroup;
  const securityGroups =
    groups &&
    (await Promise.all(groups.map((g) => findResourceId(session, SECURITY_GROUP_TYPE, g))));
  const networking = {
    ...(securityGroups === undefined ? {} : { securityGroups }),
    ...(flags.publicIp === undefined ? {} : { publicIP: flags.publicIp }),
    ...(flags.allowedSource === undefined ? {} : { allowedSourceAddresses: flags.allowedSource }),
  };
  return Object.keys(networking).length === 0 ? undefined : networking;
}
