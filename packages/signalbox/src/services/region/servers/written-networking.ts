import type { Static } from "typebox";
import type { ServerNetworking } from "../../../model/server.ts";
import type { SERVER_UPDATE } from "../schemas/server-schema.ts";

type NetworkingWrite = Static<typeof SERVER_UPDATE>["spec"]["networking"];

/** What is stored of the networking part; `publicIP: false` is the same as nothing (§1.13). */
export function writtenNetworking(written: NetworkingWrite): ServerNetworking {
  const { securityGroups = [], publicIP = false, allowedSourceAddresses = [] } = written ?? {};
  return {
    ...(securityGroups.length === 0 ? {} : { securityGroups }),
    ...(publicIP ? { publicIP } : {}),
    ...(allowedSourceAddresses.length === 0 ? {} : { allowedSourceAddresses }),
  };
}

/** Zero bytes of user data are none. */
export function writtenUserData(userData: string | undefined): { readonly userData?: string } {
  return userData === undefined || userData === "" ? {} : { userData };
}
