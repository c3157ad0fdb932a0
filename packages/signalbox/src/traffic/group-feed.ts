import { type Resource, Snapshot, type SnapshotEdit, TYPE_URLS } from "@signalbox/xds";
import { isDeepStrictEqual } from "node:util";
import type { Server } from "../model/server.ts";
import type { XdsGroup } from "../model/xds-group.ts";
import type { EncodeAssignment } from "./endpoints/encode-assignment.ts";
import { FollowedCluster } from "./endpoints/followed-cluster.ts";
import type { Reach } from "./endpoints/server-endpoint.ts";

/** Every server of a project, and the revision at which they are like this. */
export interface ServersAt {
  readonly servers: Iterable<Server>;
  readonly revision: number;
}

/**
 * What is to be changed in the snapshot of one group: it gathers the changes of a commit, and
 * `take` makes one edit of them.
 */
export class GroupFeed {
  readonly #reach: Reach;
  #group: XdsGroup;
  #clusters = new Map<string, FollowedCluster>();
  readonly #stale = new Set<string>();
  readonly #set = new Map<string, Map<string, Resource>>();
  readonly #deleted = new Map<string, Set<string>>();

  constructor(group: XdsGroup, reach: Reach) {
    this.#group = group;
    this.#reach = reach;
  }

  get projectId(): string {
    return this.#group.metadata.projectId;
  }

  get followsServers(): boolean {
    return this.#clusters.size > 0;
  }

  /** True while there is something to take. */
  get isChanged(): boolean {
    return this.#stale.size > 0 || this.#set.size > 0 || this.#deleted.size > 0;
  }

  /** The group as it is now. @param servers those of its project, where they are needed */
  become(group: XdsGroup, servers: () => ServersAt): void {
    const before = this.#clusters.size === 0 ? [] : this.#group.spec.endpoints;
    this.#group = group;
    const { endpoints } = group.spec;
    if (isDeepStrictEqual(before, endpoints)) return;
    const clusters = new Map<string, FollowedCluster>();
    for (const spec of endpoints) {
      const cluster = new FollowedCluster(spec, this.#reach);
      const { servers: all, revision } = servers();
      cluster.load(all, revision);
      clusters.set(spec.cluster, cluster);
      this.#stale.add(spec.cluster);
    }
    for (const name of this.#clusters.keys()) {
      if (!clusters.has(name)) this.delete(TYPE_URLS.endpoint, name);
    }
    this.#clusters = clusters;
  }

  /** A server of the project as a commit left it. */
  follow(serverId: string, server: Server | undefined, revision: number): void {
    for (const cluster of this.#clusters.values()) {
      if (cluster.follow(serverId, server, revision)) this.#stale.add(cluster.name);
    }
  }

  set(resource: Resource): void {
    const { typeUrl, name } = resource;
    entry(this.#set, typeUrl, () => new Map<string, Resource>()).set(name, resource);
  }

  delete(typeUrl: string, name: string): void {
    this.#set.get(typeUrl)?.delete(name);
    entry(this.#deleted, typeUrl, () => new Set<string>()).add(name);
  }

  /** The changes since the last time, all of one commit. */
  take(encode: EncodeAssignment | undefined): SnapshotEdit {
    for (const name of this.#stale) {
      const cluster = this.#clusters.get(name);
      if (cluster !== undefined && encode !== undefined) this.set(cluster.assignment(encode));
    }
    const edit: Record<string, { set: Resource[]; delete: string[] }> = {};
    for (const typeUrl of new Set([...this.#set.keys(), ...this.#deleted.keys()])) {
      edit[typeUrl] = {
        set: [...(this.#set.get(typeUrl)?.values() ?? [])],
        delete: [...(this.#deleted.get(typeUrl) ?? [])],
      };
    }
    this.#stale.clear();
    this.#set.clear();
    this.#deleted.clear();
    return edit;
  }

  /** Everything that the group is to have, when nothing was taken before. */
  takeAll(encode: EncodeAssignment | undefined): Snapshot {
    return Snapshot.of([], { types: this.#group.content.types }).with(this.take(encode));
  }
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}
