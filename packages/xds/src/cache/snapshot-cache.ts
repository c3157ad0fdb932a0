import { type Log, silentLog } from "@signalbox/base";
import type { MutableTableOptions } from "../table/mutable-table.ts";
import type { Node } from "../wire/node.ts";
import type { Cache, LeaseHolder, TableLease, TableRequest } from "./cache.ts";
import type { GroupStatus } from "./group-status.ts";
import { Snapshot, type SnapshotEdit } from "./snapshot.ts";
import { SnapshotGroup } from "./snapshot-group.ts";

/** A resource that a node asked for by name and that its group does not hold. */
export interface MissingResource {
  readonly group: string;
  readonly typeUrl: string;
  readonly name: string;
}

/** How nodes are grouped, and who is asked for what is not there. All have defaults. */
export interface SnapshotCacheOptions {
  /**
   * Which group a node belongs to; nodes of a group share one snapshot. It is called for each type
   * of each stream; what it throws ends that stream alone. Default: each node id is a group.
   */
  readonly groupOf?: (node: Node) => string;
  /**
   * A node came whose group has no snapshot: set one, now or later. It is called once a group,
   * again when it failed and the next node comes, and never within another call of the cache.
   */
  readonly onFirstContact?: (node: Node, group: string) => Promise<void> | void;
  /**
   * Looks for a resource on demand (virtual hosts, clusters; xds §5). It puts the resource into the
   * group's snapshot, or does not: when it is done, clients are told what there is.
   */
  readonly onMissing?: (missing: MissingResource) => Promise<void> | void;
  /** Hears of `onFirstContact` and `onMissing` that fail. Default: nobody does. */
  readonly log?: Log;
}

/**
 * Snapshots by group of nodes. A group that nobody configured and nobody asks for does not exist:
 * nothing is kept of nodes that are gone.
 *
 * @example
 * ```ts
 * const cache = new SnapshotCache({ groupOf: ({ cluster }) => cluster });
 * cache.setSnapshot("edge", Snapshot.of([listener, route, cluster, endpoints]));
 * cache.edit("edge", { [TYPE_URLS.endpoint]: { set: [moved] } });
 * ```
 */
export class SnapshotCache implements Cache {
  readonly #options: SnapshotCacheOptions;
  readonly #groups = new Map<string, SnapshotGroup>();

  constructor(options: SnapshotCacheOptions = {}) {
    this.#options = options;
  }

  /** Groups that are configured or in use. */
  get groupCount(): number {
    return this.#groups.size;
  }

  /** The group that a node belongs to at present. */
  groupOf(node: Node): string {
    return this.#options.groupOf?.(node) ?? node.id;
  }

  /** Undefined for a group that has none. */
  getSnapshot(group: string): Snapshot | undefined {
    return this.#groups.get(group)?.snapshot;
  }

  /**
   * Gives a group its snapshot. Streams see all types change at once; what is equal in the old and
   * the new one is not sent again, however the new one was made.
   */
  setSnapshot(group: string, snapshot: Snapshot): void {
    this.#group(group).become(snapshot);
  }

  /** Changes a group's snapshot, or begins one. */
  edit(group: string, edit: SnapshotEdit): void {
    this.setSnapshot(group, (this.getSnapshot(group) ?? Snapshot.EMPTY).with(edit));
  }

  /**
   * Takes a group's snapshot away. Its streams stay, keep what they have, and hear of the next
   * snapshot.
   */
  clear(group: string): void {
    const present = this.#groups.get(group);
    if (present === undefined) return;
    present.isAskedFor = false;
    present.become(undefined);
    this.#forget(present);
  }

  /**
   * Asks `groupOf` again for every node that is connected, and moves those that belong elsewhere
   * now. For when the rule or what it looks at has changed.
   */
  regroup(): void {
    for (const group of [...this.#groups.values()]) {
      for (const lease of group.leases) {
        if (group.holds(lease) && this.#hasMoved(lease.node, group)) lease.holder.leaseMoved();
      }
    }
  }

  /** @throws whatever `groupOf` throws */
  lease({ node, typeUrl }: TableRequest, holder: LeaseHolder): TableLease {
    const group = this.#group(this.groupOf(node));
    const lease = group.lease(typeUrl, { node, holder }, () => this.#forget(group));
    if (group.snapshot === undefined && !group.isAskedFor) void this.#askFor(group, node);
    return lease;
  }

  status(): readonly GroupStatus[] {
    return Array.from(this.#groups.values(), (group) => group.status());
  }

  #group(name: string): SnapshotGroup {
    const present = this.#groups.get(name);
    if (present !== undefined) return present;
    const group = new SnapshotGroup(name, (typeUrl) => this.#tableOptions(name, typeUrl));
    this.#groups.set(name, group);
    return group;
  }

  #forget(group: SnapshotGroup): void {
    if (group.isForgettable) this.#groups.delete(group.name);
  }

  #tableOptions(group: string, typeUrl: string): MutableTableOptions {
    const { onMissing, log } = this.#options;
    if (onMissing === undefined) return {};
    return { log, onMissing: (name) => onMissing({ group, typeUrl, name }) };
  }

  /** Starts after the present work: whoever is asked writes to the cache. */
  async #askFor(group: SnapshotGroup, node: Node): Promise<void> {
    const { onFirstContact, log = silentLog } = this.#options;
    if (onFirstContact === undefined) return;
    group.isAskedFor = true;
    await Promise.resolve();
    try {
      await onFirstContact(node, group.name);
    } catch (error) {
      group.isAskedFor = false;
      log.warn({ group: group.name, node: node.id, error }, "a first snapshot was not made");
    }
  }

  /** A node whose group cannot be told stays where it is. */
  #hasMoved(node: Node, group: SnapshotGroup): boolean {
    try {
      return this.groupOf(node) !== group.name;
    } catch (error) {
      const { log = silentLog } = this.#options;
      log.warn({ group: group.name, node: node.id, error }, "a node was not grouped anew");
      return false;
    }
  }
}
