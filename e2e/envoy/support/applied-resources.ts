import type { JsonObject } from "@bufbuild/protobuf";
import { type EncodedResource, typeUrls } from "@signalbox/envoy-api";
import { anyFromJson } from "@signalbox/envoy-api/json";
import type { EnvoyAdmin } from "./envoy-admin.ts";
import { registry } from "./registry.ts";

/** A resource as Envoy has it. */
export interface AppliedResource extends EncodedResource {
  readonly versionInfo: string;
}

/** A list of `/config_dump`, and where its entries have their resource. */
interface DumpedList {
  readonly typeUrl: string;
  readonly list: string;
  readonly resource: string;
  /** A part of the entry that holds resource and version, where they are not in the entry itself. */
  readonly state?: string;
}

/** Clusters first: those that leave go last of all in a change. */
const LISTS: readonly DumpedList[] = [
  { typeUrl: typeUrls.cluster, list: "dynamic_active_clusters", resource: "cluster" },
  {
    typeUrl: typeUrls.routeConfiguration,
    list: "dynamic_route_configs",
    resource: "route_config",
  },
  {
    typeUrl: typeUrls.listener,
    list: "dynamic_listeners",
    state: "active_state",
    resource: "listener",
  },
];

/** Types whose resources Envoy shows as they came; it does not show endpoints and secrets so. */
export const shownTypes: readonly string[] = LISTS.map(({ typeUrl }) => typeUrl);

/**
 * The resources of one of {@link shownTypes} that Envoy has of a management server. Those that warm
 * are not among them.
 */
export async function appliedResources(
  admin: EnvoyAdmin,
  typeUrl: string,
): Promise<readonly AppliedResource[]> {
  const shown = LISTS.find((of) => of.typeUrl === typeUrl);
  if (shown === undefined) throw new Error(`envoy does not show resources of ${typeUrl}`);
  const { list, resource, state } = shown;
  return (await admin.dumpedList(list)).flatMap((entry) => {
    const place = (state === undefined ? entry : entry[state]) as JsonObject | undefined;
    if (place === undefined) return [];
    return [readResource(place[resource] as JsonObject, place)];
  });
}

function readResource(json: JsonObject, place: JsonObject): AppliedResource {
  const read = anyFromJson(registry, json);
  if (!read.ok) throw new Error(read.error);
  const { name, typeUrl, bytes } = read.value;
  const { version_info: versionInfo } = place;
  return { name: name ?? "", typeUrl, bytes, versionInfo: versionInfo as string };
}
