import type { Node } from "@signalbox/xds";
import { nodeClaims, type XdsNodes } from "../model/xds-group.ts";

/** Of nodes that no group claims: they are connected, and wait. */
export const UNCLAIMED = "";

/** Which group serves a node. */
export class NodeClaims {
  readonly #groups = new Map<string, string>();
  readonly #claims = new Map<string, readonly string[]>();
  readonly #trustsCluster: (node: Node) => boolean;

  /**
   * @param trustsCluster whether a node is believed what cluster it says to be of; its id is
   *   checked before it gets here
   */
  constructor(trustsCluster: (node: Node) => boolean = () => true) {
    this.#trustsCluster = trustsCluster;
  }

  /** The id goes before the cluster. */
  groupOf(node: Node): string {
    const byId = this.#groups.get(`id ${node.id}`);
    if (byId !== undefined) return byId;
    if (node.cluster === "" || !this.#trustsCluster(node)) return UNCLAIMED;
    return this.#groups.get(`cluster ${node.cluster}`) ?? UNCLAIMED;
  }

  /** @returns whether anything changed */
  claim(groupId: string, nodes: XdsNodes): boolean {
    const before = this.#claims.get(groupId) ?? [];
    const after = nodeClaims(nodes);
    if (before.length === after.length && after.every((claim, i) => claim === before[i])) {
      return false;
    }
    this.release(groupId);
    this.#claims.set(groupId, after);
    for (const claim of after) this.#groups.set(claim, groupId);
    return true;
  }

  /** @returns whether anything changed */
  release(groupId: string): boolean {
    const before = this.#claims.get(groupId);
    if (before === undefined) return false;
    this.#claims.delete(groupId);
    for (const claim of before) {
      if (this.#groups.get(claim) === groupId) this.#groups.delete(claim);
    }
    return before.length > 0;
  }
}
