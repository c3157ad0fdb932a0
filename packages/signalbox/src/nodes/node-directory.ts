import type { Store } from "@signalbox/store";
import { NETWORK, NODE_ENROLMENT, SERVER } from "../model/kinds.ts";
import type { Server } from "../model/server.ts";
import type { Node } from "./node.ts";

/** The machines that calls may be sent to, as one revision of the store has them. */
export interface NodeDirectory {
  /** In the order of their names. */
  readonly nodes: readonly Node[];
  byId(serverId: string): Node | undefined;
  /** @param address in its shortest form */
  byAddress(address: string): readonly Node[];
  /** A name alone, or behind the name or id of its network: `NETWORK/NAME`. */
  byName(name: string): readonly Node[];
}

/**
 * Answers the directory of the store's present revision. It is made when a call wants it, and kept
 * until the store changes: some 2 us a machine.
 */
export function directoryOf(store: Store): () => NodeDirectory {
  let last: { readonly revision: number; readonly directory: NodeDirectory } | undefined;
  return () => {
    const { revision } = store;
    if (last?.revision !== revision) last = { revision, directory: index(enrolledNodes(store)) };
    return last.directory;
  };
}

/** A machine whose record outlived its server is none, nor is one that came after it under its id. */
function enrolledNodes(store: Store): readonly Node[] {
  const networks = new Map<string, string | undefined>();
  const networkName = (id: string): string | undefined => {
    if (!networks.has(id)) networks.set(id, store.get(NETWORK, id)?.value.metadata.name);
    return networks.get(id);
  };
  return store
    .list(NODE_ENROLMENT)
    .items.flatMap(({ id, value }) => {
      const server = store.get(SERVER, id)?.value;
      return server?.incarnation === value.incarnation ? [server] : [];
    })
    .map((server) => nodeOf(server, networkName(server.networkId)));
}

function nodeOf(server: Server, networkName: string | undefined): Node {
  const { metadata, allocation, status, networkId, regionId } = server;
  const addresses = [
    allocation?.privateIP ?? status.privateIP,
    allocation?.publicIP ?? status.publicIP,
  ];
  return {
    serverId: metadata.id,
    name: metadata.name,
    networkId,
    networkName,
    organizationId: metadata.organizationId,
    projectId: metadata.projectId,
    regionId,
    addresses: [...new Set(addresses.filter((address) => address !== undefined))],
    tags: metadata.tags,
  };
}

function index(unordered: readonly Node[]): NodeDirectory {
  const nodes = unordered.toSorted(
    (a, b) => compare(a.name, b.name) || compare(a.serverId, b.serverId),
  );
  const ids = new Map(nodes.map((node) => [node.serverId, node]));
  const addresses = new Map<string, Node[]>();
  const names = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const address of node.addresses) put(addresses, address, node);
    for (const name of namesOf(node)) put(names, name, node);
  }
  return {
    nodes,
    byId: (serverId) => ids.get(serverId),
    byAddress: (address) => addresses.get(address) ?? [],
    byName: (name) => names.get(name) ?? [],
  };
}

function namesOf({ name, networkId, networkName }: Node): ReadonlySet<string> {
  return new Set([name, `${networkId}/${name}`, `${networkName ?? networkId}/${name}`]);
}

function put(map: Map<string, Node[]>, key: string, node: Node): void {
  const present = map.get(key);
  if (present === undefined) map.set(key, [node]);
  else present.push(node);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
