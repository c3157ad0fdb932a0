import {
  type Announcement,
  MutableTable,
  type MutableTableOptions,
} from "../table/mutable-table.ts";
import type { Node } from "../wire/node.ts";
import type { LeaseHolder, TableLease } from "./cache.ts";
import type { GroupStatus } from "./group-status.ts";
import type { Snapshot } from "./snapshot.ts";

interface LeasedTable {
  readonly table: MutableTable;
  leaseCount: number;
}

/** A lease, and who has it. */
export interface GroupLease {
  readonly node: Node;
  readonly holder: LeaseHolder;
}

/** One group of nodes: its snapshot, and a table for each type that somebody leases. */
export class SnapshotGroup {
  readonly name: string;
  readonly #tableOptions: (typeUrl: string) => MutableTableOptions;
  readonly #tables = new Map<string, LeasedTable>();
  readonly #leases = new Set<GroupLease>();
  #snapshot: Snapshot | undefined;
  /** Somebody was asked for a snapshot, and has not failed. */
  isAskedFor = false;

  constructor(name: string, tableOptions: (typeUrl: string) => MutableTableOptions) {
    this.name = name;
    this.#tableOptions = tableOptions;
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  /** True when nothing would be lost with it. */
  get isForgettable(): boolean {
    return this.#snapshot === undefined && this.#leases.size === 0;
  }

  get leases(): readonly GroupLease[] {
    return [...this.#leases];
  }

  holds(lease: GroupLease): boolean {
    return this.#leases.has(lease);
  }

  /** Changes all tables, and only then tells of it: it is one commit for every stream. */
  become(snapshot: Snapshot | undefined): void {
    this.#snapshot = snapshot;
    const announcements: Announcement[] = [];
    for (const [typeUrl, { table }] of this.#tables) {
      const announce = table.stage(snapshot?.state(typeUrl));
      if (announce !== undefined) announcements.push(announce);
    }
    for (const announce of announcements) announce();
  }

  /** @param released is called once, when the lease is */
  lease(typeUrl: string, lease: GroupLease, released: () => void): TableLease {
    const leased = this.#leasedTable(typeUrl);
    leased.leaseCount++;
    this.#leases.add(lease);
    return {
      table: leased.table,
      release: () => {
        if (!this.#leases.delete(lease)) return;
        leased.leaseCount--;
        if (leased.leaseCount === 0) this.#tables.delete(typeUrl);
        released();
      },
    };
  }

  status(): GroupStatus {
    return {
      group: this.name,
      isConfigured: this.#snapshot !== undefined,
      leaseCount: this.#leases.size,
      tables: Array.from(this.#tables.values(), ({ table, leaseCount }) => ({
        typeUrl: table.typeUrl,
        isKnown: table.isKnown,
        version: table.version,
        size: table.size,
        leaseCount,
        watchCount: table.watchCount,
      })),
    };
  }

  #leasedTable(typeUrl: string): LeasedTable {
    const present = this.#tables.get(typeUrl);
    if (present !== undefined) return present;
    const table = new MutableTable(typeUrl, this.#tableOptions(typeUrl));
    table.become(this.#snapshot?.state(typeUrl));
    const leased = { table, leaseCount: 0 };
    this.#tables.set(typeUrl, leased);
    return leased;
  }
}
