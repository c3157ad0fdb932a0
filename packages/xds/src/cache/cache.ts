import type { ResourceTable } from "../table/resource-table.ts";
import type { Node } from "../wire/node.ts";

/** Who asks for what. */
export interface TableRequest {
  readonly node: Node;
  readonly typeUrl: string;
}

/**
 * Where streams find their resources. A cache decides which table serves a node; everything else
 * (who was sent what, who refused what) is the business of the streams.
 */
export interface Cache {
  /**
   * The table that serves this type to this node, held until it is released. There is always one:
   * what is not configured yet is an unknown table, which becomes known later.
   *
   * @returns undefined when this cache does not serve the type at all
   */
  lease(request: TableRequest, holder: LeaseHolder): TableLease | undefined;
}

/** The right to a table, until it is given back. */
export interface TableLease {
  readonly table: ResourceTable;
  /** Idempotent. State that nobody leases and nobody configured is forgotten. */
  release(): void;
}

/** Who holds a lease: a type of a stream. */
export interface LeaseHolder {
  /** The node belongs to another group now: take a new lease, release this one. */
  leaseMoved(): void;
}
