import { create, fromBinary, type JsonObject, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { UpdateFailureStateSchema } from "@signalbox/envoy-api/envoy/admin/v3/config_dump_shared_pb.js";
import {
  type Node as NodeMessage,
  NodeSchema,
} from "@signalbox/envoy-api/envoy/config/core/v3/base_pb.js";
import {
  type ClientConfig,
  ClientConfigSchema,
  type ClientConfig_GenericXdsConfig,
  ClientConfig_GenericXdsConfigSchema,
  ConfigStatus,
} from "@signalbox/envoy-api/envoy/service/status/v3/csds_pb.js";
import type { Resource } from "../resource/resource.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import type { ClientStatus, TypeStatus } from "../server/client-status.ts";
import type { StreamKind } from "../stream/dialect.ts";
import type { ResourceStatus, SyncState } from "../stream/resource-status.ts";
import type { Node } from "../wire/node.ts";

const CONFIG_STATUS: Readonly<Record<SyncState, ConfigStatus>> = {
  synced: ConfigStatus.SYNCED,
  "not-sent": ConfigStatus.NOT_SENT,
  stale: ConfigStatus.STALE,
  error: ConfigStatus.ERROR,
};

/** Types whose contents are shown to nobody: private keys. */
const HIDDEN: ReadonlySet<string> = new Set([TYPE_URLS.secret]);

/** Bytes of an entry besides its texts and its contents, at most. */
const ENTRY_BYTES = 96;

export interface ConfigOptions {
  readonly hasContents: boolean;
  /** Bytes that the whole may take. */
  readonly maxBytes: number;
}

/** A client's answer, and about how long it is encoded. */
export interface SizedConfig {
  readonly config: ClientConfig;
  readonly bytes: number;
}

/**
 * A node, decoded in full. Only what the server decides by was checked when it came: of one whose
 * rest cannot be read that much is told, or one client could keep everybody from being told of any.
 */
export function nodeMessage({ bytes, id, cluster, locality, userAgentName }: Node): NodeMessage {
  try {
    const node = fromBinary(NodeSchema, bytes);
    if (node.metadata !== undefined) node.metadata = finite(node.metadata);
    const { case: version, value } = node.userAgentVersionType;
    if (version === "userAgentBuildVersion" && value.metadata !== undefined) {
      value.metadata = finite(value.metadata);
    }
    return node;
  } catch {
    return create(NodeSchema, { id, cluster, locality, userAgentName });
  }
}

/** JSON has no such number as NaN: with it a whole answer over REST could not be written. */
function finite(metadata: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(metadata)) as JsonObject;
}

/**
 * What one stream of a client was sent, by type and name, and how that stands (xds §2.11).
 *
 * @returns undefined when it is longer than it may be
 */
export function clientConfig(
  client: ClientStatus,
  node: Node,
  options: ConfigOptions,
): SizedConfig | undefined {
  const { kind, id } = client.stream;
  const genericXdsConfigs: ClientConfig_GenericXdsConfig[] = [];
  let bytes = node.bytes.length;
  for (const type of client.types) {
    for (const status of type.resources()) {
      const entry = genericConfig(kind, type, status, options.hasContents);
      genericXdsConfigs.push(entry);
      bytes += entryBytes(entry);
      if (bytes > options.maxBytes) return undefined;
    }
  }
  const clientScope = `stream ${id}`;
  const config = create(ClientConfigSchema, {
    node: nodeMessage(node),
    genericXdsConfigs,
    clientScope,
  });
  return { config, bytes };
}

function genericConfig(
  kind: StreamKind,
  { typeUrl, sent, nacked }: TypeStatus,
  { name, version, state, resource }: ResourceStatus,
  hasContents: boolean,
): ClientConfig_GenericXdsConfig {
  const entry = { typeUrl, name, configStatus: CONFIG_STATUS[state] };
  if (state === "not-sent") return create(ClientConfig_GenericXdsConfigSchema, entry);
  const content =
    hasContents && !HIDDEN.has(typeUrl) ? { typeUrl, value: copyOf(resource) } : undefined;
  return create(ClientConfig_GenericXdsConfigSchema, {
    ...entry,
    versionInfo: kind === "delta" ? version : (sent?.version ?? ""),
    ...(sent && { lastUpdated: timestampFromMs(sent.at) }),
    ...(state === "error" ? { errorState: failure(nacked, content) } : optional(content)),
  });
}

/** What was refused, and why. */
function failure(
  nacked: TypeStatus["nacked"],
  failedConfiguration: AnyContent | undefined,
): MessageInitShape<typeof UpdateFailureStateSchema> {
  return {
    ...(failedConfiguration && { failedConfiguration }),
    ...(nacked && {
      lastUpdateAttempt: timestampFromMs(nacked.at),
      details: nacked.error.message,
      versionInfo: nacked.version,
    }),
  };
}

interface AnyContent {
  readonly typeUrl: string;
  readonly value: Uint8Array<ArrayBuffer>;
}

function optional(xdsConfig: AnyContent | undefined): { readonly xdsConfig?: AnyContent } {
  return xdsConfig === undefined ? {} : { xdsConfig };
}

/** Messages own their bytes. */
function copyOf({ bytes }: Resource): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function entryBytes({
  typeUrl,
  name,
  versionInfo,
  xdsConfig,
  errorState,
}: ClientConfig_GenericXdsConfig): number {
  const texts = [typeUrl, name, versionInfo, errorState?.details ?? ""];
  const content = xdsConfig ?? errorState?.failedConfiguration;
  const contentBytes = content === undefined ? 0 : content.typeUrl.length + content.value.length;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), ENTRY_BYTES + contentBytes);
}
