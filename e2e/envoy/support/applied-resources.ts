import type { JsonObject, Registry } from "@bufbuild/protobuf";
import type { EncodedResource } from "@signalbox/envoy-api";
import { anyFromJson } from "@signalbox/envoy-api/json";
import type { EnvoyAdmin } from "./envoy-admin.ts";

/** A resource as Envoy has it. */
export interface AppliedResource extends EncodedResource {
  readonly versionInfo: string;
}

/** A kind of `/config_dump`: the list of its dynamic entries, and where each has its resource. */
interface DumpedKind {
  readonly kind: string;
  readonly list: string;
  readonly resource: string;
  /** A part of the entry that holds resource and version, where they are not in the entry itself. */
  readonly state?: string;
}

const KINDS: readonly DumpedKind[] = [
  { kind: "ClustersConfigDump", list: "dynamic_active_clusters", resource: "cluster" },
  { kind: "RoutesConfigDump", list: "dynamic_route_configs", resource: "route_config" },
  {
    kind: "ListenersConfigDump",
    list: "dynamic_listeners",
    state: "active_state",
    resource: "listener",
  },
];

/**
 * The listeners, routes and clusters that Envoy has of a management server, out of `/config_dump`.
 * Those that warm are not among them. Endpoints and secrets are not dumped as they came.
 */
export async function appliedResources(
  admin: EnvoyAdmin,
  registry: Registry,
): Promise<readonly AppliedResource[]> {
  const dump = await admin.configDump();
  return KINDS.flatMap(({ kind, list, state, resource }) => {
    const part = dump.find((of) => of["@type"].endsWith(`.${kind}`));
    const entries = (part?.[list] ?? []) as readonly JsonObject[];
    return entries.flatMap((entry) => {
      const place = (state === undefined ? entry : entry[state]) as JsonObject | undefined;
      if (place === undefined) return [];
      return [readResource(registry, place[resource] as JsonObject, place)];
    });
  });
}

function readResource(registry: Registry, json: JsonObject, place: JsonObject): AppliedResource {
  const read = anyFromJson(registry, json);
  if (!read.ok) throw new Error(read.error);
  const { name, typeUrl, bytes } = read.value;
  const { version_info: versionInfo } = place;
  return { name: name ?? "", typeUrl, bytes, versionInfo: versionInfo as string };
}
