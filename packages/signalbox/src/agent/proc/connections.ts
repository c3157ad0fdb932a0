import { join } from "node:path";
import type { MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import {
  ConnectRecord_State,
  ConnectRecord_TimerActive,
  type ConnectRecordSchema,
  NetstatRequest_Filter,
  type NetstatRequest_L4protoSchema,
  type NetstatRequestSchema,
} from "#gen/machine/network_pb.js";
import type { AgentRoots } from "../agent-deps.ts";
import { readKernelFile } from "./kernel-file.ts";
import { findNamespaces, type NetworkNamespace } from "./network-namespaces.ts";
import { readSocketOwners, type SocketOwner } from "./socket-owners.ts";
import { parseSocketTable, type SocketRow } from "./socket-table.ts";

type ConnectRecordInit = MessageInitShape<typeof ConnectRecordSchema>;
type Owners = ReadonlyMap<bigint, SocketOwner>;

/** Tables of `/proc/net`, each wished for by the flag of its name. */
const TABLES = ["tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6"] as const;

/** Sockets, as `netstat` shows them. Without tables or namespaces wished for, none. */
export async function readConnections(
  roots: AgentRoots,
  request: MessageShape<typeof NetstatRequestSchema>,
): Promise<ConnectRecordInit[]> {
  const tables = wishedTables(request.l4proto);
  const { hostnetwork = false, netns = [], allnetns = false } = request.netns ?? {};
  const wishes = { hostnetwork, names: netns, all: allnetns };
  const namespaces = tables.length === 0 ? [] : await findNamespaces(roots, wishes);
  const wantsOwners = request.feature?.pid === true && namespaces.length > 0;
  const owners: Owners = wantsOwners ? await readSocketOwners(roots.proc) : new Map();
  const sources = namespaces.flatMap((namespace) => tables.map((table) => ({ namespace, table })));
  const read = sources.map(async ({ namespace, table }) => {
    const text = await readKernelFile(join(namespace.tables, table));
    return parseSocketTable(text ?? "")
      .filter((row) => passes(row, request.filter))
      .map((row) => recordOf(row, table, namespace, owners));
  });
  return (await Promise.all(read)).flat();
}

function wishedTables(
  wishes: MessageShape<typeof NetstatRequest_L4protoSchema> | undefined,
): readonly (typeof TABLES)[number][] {
  return wishes === undefined ? [] : TABLES.filter((table) => wishes[table]);
}

function passes({ remote }: SocketRow, filter: NetstatRequest_Filter): boolean {
  switch (filter) {
    case NetstatRequest_Filter.LISTENING:
      return remote.isUnspecified && remote.port === 0;
    case NetstatRequest_Filter.CONNECTED:
      return !remote.isUnspecified && remote.port !== 0;
    default:
      return true;
  }
}

function recordOf(
  row: SocketRow,
  l4proto: string,
  namespace: NetworkNamespace,
  owners: Owners,
): ConnectRecordInit {
  return {
    l4proto,
    localip: row.local.ip,
    localport: row.local.port,
    remoteip: row.remote.ip,
    remoteport: row.remote.port,
    state: known(ConnectRecord_State, row.state) ?? ConnectRecord_State.RESERVED,
    txqueue: row.txQueue,
    rxqueue: row.rxQueue,
    tr: known(ConnectRecord_TimerActive, row.timer) ?? ConnectRecord_TimerActive.OFF,
    timerwhen: row.timerWhen,
    retrnsmt: row.retransmits,
    uid: row.uid,
    timeout: row.timeout,
    inode: row.inode,
    ref: row.references,
    pointer: row.pointer,
    // Clients crash without it (node-api §4.2).
    process: owners.get(row.inode) ?? {},
    netns: namespace.name,
  };
}

/** The value of an enum that has this number. */
function known<E extends number>(
  values: Readonly<Record<string, string | E>>,
  number: number,
): E | undefined {
  return Object.values(values).find((value): value is E => value === number);
}
