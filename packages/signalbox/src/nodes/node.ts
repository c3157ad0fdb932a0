import type { Tag } from "../model/metadata.ts";

/** A machine whose agent has enrolled. */
export interface Node {
  readonly serverId: string;
  readonly name: string;
  readonly networkId: string;
  /** Undefined while the network is not known. */
  readonly networkName: string | undefined;
  readonly organizationId: string;
  readonly projectId: string;
  readonly regionId: string;
  /** Its own, as the other machines and callers know it; not where it is dialled. */
  readonly addresses: readonly string[];
  readonly tags: readonly Tag[];
}

/** Where a node's agent is dialled, `host:port`; undefined while nobody can say. */
export type AgentAddressOf = (node: Node) => string | undefined;
