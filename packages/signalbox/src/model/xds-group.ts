import type { ProjectMetadata } from "./metadata.ts";

/** Which nodes a group serves. A node that one group names by id is not another's by cluster. */
export interface XdsNodes {
  readonly ids: readonly string[];
  readonly clusters: readonly string[];
}

/** Which servers of the group's project become endpoints; all that is given must hold. */
export interface ServerSelector {
  readonly networkId?: string;
  /** Name and value of tags that a server must have. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A `ClusterLoadAssignment` that follows servers. */
export interface ServerEndpoints {
  /** Its `cluster_name`. */
  readonly cluster: string;
  /** The port on which each server is reached. */
  readonly port: number;
  readonly from: ServerSelector;
}

/** Counters of what a group holds; the resources themselves are stored one by one. */
export interface XdsContent {
  /** Counts the changes of resources and endpoints, from 1; what a rollback names. */
  readonly revision: number;
  readonly resources: number;
  /** Bytes of the encoded messages. */
  readonly bytes: number;
  /**
   * Type URLs that ever had a resource. One whose last resource went is served empty; one that is
   * not among these is not configured, and clients keep what they have of it.
   */
  readonly types: readonly string[];
}

/** A group of xDS nodes and what they are served. */
export interface XdsGroup {
  readonly metadata: ProjectMetadata;
  readonly spec: {
    readonly nodes: XdsNodes;
    readonly endpoints: readonly ServerEndpoints[];
  };
  readonly content: XdsContent;
}

/** One claim a node id and one a cluster, as the index of groups holds them. */
export function nodeClaims({ ids, clusters }: XdsNodes): readonly string[] {
  return [...ids.map((id) => `id ${id}`), ...clusters.map((cluster) => `cluster ${cluster}`)];
}
