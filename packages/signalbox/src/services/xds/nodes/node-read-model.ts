import type { ClientStatus, TypeStatus, VersionAt } from "@signalbox/xds";
import type { Static } from "typebox";
import type { XDS_NODE_READ } from "../schemas/node-schema.ts";
import { typeLabel } from "../shared/resource-type.ts";
import type { ShownGroup } from "./node-filter.ts";

type NodeRead = Static<typeof XDS_NODE_READ>;
type TypeRead = NodeRead["types"][number];

/** Names that are shown of a subscription. */
const MAX_NAMES = 100;

/** One stream of a node as the API shows it. */
export function nodeReadModel(
  { stream, types }: ClientStatus,
  shown: { readonly group?: ShownGroup },
  withResources: boolean,
): NodeRead {
  const { id, kind, peer, openedAt, node } = stream;
  return {
    nodeId: node?.id ?? "",
    cluster: node?.cluster ?? "",
    ...shown,
    streamId: id,
    protocol: kind,
    peer: String(peer),
    openedTime: new Date(openedAt).toISOString(),
    userAgent: [node?.userAgentName, node?.userAgentVersion].filter(Boolean).join(" "),
    types: types.map((type) => typeRead(type, withResources)),
  };
}

function typeRead(type: TypeStatus, withResources: boolean): TypeRead {
  const { typeUrl, isWildcard, names, sent, acked, nacked } = type;
  return {
    type: typeLabel(typeUrl),
    typeUrl,
    state: stateOf(type),
    isWildcard,
    names: names.slice(0, MAX_NAMES),
    nameCount: names.length,
    ...(sent === undefined ? {} : { sent: versionRead(sent) }),
    ...(acked === undefined ? {} : { accepted: versionRead(acked) }),
    ...(nacked === undefined ? {} : { refused: { ...versionRead(nacked), ...nacked.error } }),
    ...(withResources ? { resources: resourcesRead(type) } : {}),
  };
}

/** Never the resource itself: it may be a secret. */
function resourcesRead(type: TypeStatus): NonNullable<TypeRead["resources"]> {
  return Array.from(type.resources(), ({ name, version, state }) => ({ name, version, state }));
}

function stateOf({ sent, nacked, isAwaited }: TypeStatus): TypeRead["state"] {
  if (nacked !== undefined) return "refused";
  if (sent === undefined) return "waiting";
  return isAwaited ? "sent" : "synced";
}

function versionRead({ version, at }: VersionAt): { version: string; time: string } {
  return { version, time: new Date(at).toISOString() };
}
