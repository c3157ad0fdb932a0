import { type Clock, type Log, type Metrics, noMetrics, Problem } from "@signalbox/base";
import type { Change, Kind, Store, WatchEvent } from "@signalbox/store";
import type { SnapshotCache } from "@signalbox/xds";
import { SECURITY_GROUP, SERVER, XDS_GROUP, XDS_RESOURCE } from "../model/kinds.ts";
import { opensTcpPort } from "../model/security-group-rules.ts";
import type { SecurityGroup } from "../model/security-group.ts";
import type { Server } from "../model/server.ts";
import type { XdsGroup } from "../model/xds-group.ts";
import type { XdsResource } from "../model/xds-resource.ts";
import type { EncodeAssignment } from "./endpoints/encode-assignment.ts";
import type { Reach, RegionReaches } from "./endpoints/server-endpoint.ts";
import { createFeedMetrics, type FeedMetrics } from "./feed-metrics.ts";
import { GroupFeed, type ServersAt } from "./group-feed.ts";
import type { NodeClaims } from "./node-claims.ts";
import { servedResource } from "./served-resource.ts";

export interface XdsFeedOptions {
  readonly store: Store;
  readonly cache: SnapshotCache;
  readonly claims: NodeClaims;
  readonly reaches: RegionReaches;
  /** Loads what encodes endpoints; called once a group follows servers, and not before. */
  readonly loadEncoder: () => Promise<EncodeAssignment>;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: reported to nobody. */
  readonly metrics?: Metrics;
}

const FOLLOWED: readonly Kind<never>[] = [XDS_GROUP, XDS_RESOURCE, SERVER, SECURITY_GROUP];
const RETRY_MS = 1_000;

/**
 * Keeps the snapshots of all groups as the store has them: each commit of the store is one commit
 * of the cache, so that a client never sees half of a change.
 *
 * Until there is a group it only waits for one.
 */
export class XdsFeed {
  readonly #options: XdsFeedOptions;
  readonly #reach: Reach;
  readonly #loaded = Promise.withResolvers<void>();
  readonly #metrics: FeedMetrics;
  #feeds = new Map<string, GroupFeed>();
  #encode: EncodeAssignment | undefined;

  constructor(options: XdsFeedOptions) {
    this.#options = options;
    const { metrics = noMetrics } = options;
    this.#metrics = createFeedMetrics(metrics, () => this.#feeds.size);
    this.#reach = { region: options.reaches, opens: (server, port) => this.#opens(server, port) };
  }

  /** Resolves when what the store held at the start is served. */
  get loaded(): Promise<void> {
    return this.#loaded.promise;
  }

  /** Follows the store until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      try {
        const from = await this.#load();
        this.#loaded.resolve();
        if (this.#feeds.size > 0) await this.#follow(from, signal);
        else await this.#waitForGroup(from, signal);
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error }, "the store is read anew for xDS");
        this.#metrics.readAnew();
        const isBehind = Problem.is(error, "reader_too_slow", "revision_compacted");
        if (!isBehind) await clock.sleep(RETRY_MS, { signal }).catch(() => {});
      }
    }
  }

  /** Puts everything in place of what was there. @returns the revision that is served */
  async #load(): Promise<number> {
    const { store, cache, claims } = this.#options;
    const follows = (): boolean =>
      store.list(XDS_GROUP).items.some(({ value }) => value.spec.endpoints.length > 0);
    while (this.#encode === undefined && follows()) await this.#loadEncoder();
    // From here on without waiting: it is all of one revision.
    const { items, revision } = store.list(XDS_GROUP);
    const feeds = new Map<string, GroupFeed>();
    for (const { id, value } of items) feeds.set(id, this.#newFeed(value));
    for (const { value } of items.length === 0 ? [] : store.list(XDS_RESOURCE).items) {
      feeds.get(value.groupId)?.set(servedResource(value));
    }
    for (const id of this.#feeds.keys()) if (!feeds.has(id)) this.#forget(id);
    this.#feeds = feeds;
    for (const { id, value } of items) {
      cache.setSnapshot(id, this.#feed(id).takeAll(this.#encode));
      claims.claim(id, value.spec.nodes);
    }
    cache.regroup();
    return revision;
  }

  async #waitForGroup(from: number, signal: AbortSignal): Promise<void> {
    for await (const event of this.#options.store.watch({ kinds: [XDS_GROUP], from, signal })) {
      if (event.type === "commit") return;
    }
  }

  async #follow(from: number, signal: AbortSignal): Promise<void> {
    for await (const event of this.#options.store.watch({ kinds: FOLLOWED, from, signal })) {
      if (event.type === "commit") await this.#commit(event);
      if (this.#feeds.size === 0) return;
    }
  }

  async #commit({ changes }: Extract<WatchEvent, { type: "commit" }>): Promise<void> {
    if (this.#encode === undefined && changes.some(wantsServers)) await this.#loadEncoder();
    const { cache, clock } = this.#options;
    const startedMs = clock.monotonic();
    // Groups first: a stored assignment may take the place of one that followed servers.
    const ofGroups = changesOf(changes, XDS_GROUP);
    const isRegrouped = ofGroups.map((change) => this.#groupChanged(change)).includes(true);
    for (const change of changesOf(changes, XDS_RESOURCE)) this.#resourceChanged(change);
    for (const change of changesOf(changes, SERVER)) this.#serverChanged(change);
    for (const change of changesOf(changes, SECURITY_GROUP)) this.#rulesChanged(change);
    for (const [id, feed] of this.#feeds) {
      if (feed.isChanged) cache.edit(id, feed.take(this.#encode));
    }
    if (isRegrouped) cache.regroup();
    this.#metrics.applied(clock.monotonic() - startedMs);
  }

  /** @returns whether nodes may be of another group now */
  #groupChanged(change: Change<XdsGroup>): boolean {
    const { cache, claims } = this.#options;
    if (change.type === "deleted") {
      const { id } = change.previous;
      this.#feeds.delete(id);
      return this.#forget(id);
    }
    const { id, value } = change.resource;
    const present = this.#feeds.get(id);
    if (present === undefined) {
      const feed = this.#newFeed(value);
      this.#feeds.set(id, feed);
      cache.setSnapshot(id, feed.takeAll(this.#encode));
    } else {
      present.become(value, () => this.#serversOf(value));
    }
    return claims.claim(id, value.spec.nodes);
  }

  #resourceChanged(change: Change<XdsResource>): void {
    const isGone = change.type === "deleted";
    const { value } = isGone ? change.previous : change.resource;
    const feed = this.#feeds.get(value.groupId);
    if (isGone) feed?.delete(value.typeUrl, value.name);
    else feed?.set(servedResource(value));
  }

  #serverChanged(change: Change<Server>): void {
    const isGone = change.type === "deleted";
    const { id, value } = isGone ? change.previous : change.resource;
    const { projectId } = value.metadata;
    this.#serverIs(id, isGone ? undefined : value, projectId, revisionOf(change));
  }

  /** What the rules open may have changed for each server that has them. */
  #rulesChanged(change: Change<SecurityGroup>): void {
    const { id } = change.type === "deleted" ? change.previous : change.resource;
    const index = { name: "securityGroup", value: id };
    for (const { value } of this.#options.store.list(SERVER, { index }).items) {
      const { metadata } = value;
      this.#serverIs(metadata.id, value, metadata.projectId, revisionOf(change));
    }
  }

  #serverIs(id: string, server: Server | undefined, projectId: string, revision: number): void {
    for (const feed of this.#feeds.values()) {
      if (feed.followsServers && feed.projectId === projectId) feed.follow(id, server, revision);
    }
  }

  #opens({ spec }: Server, port: number): boolean {
    const { securityGroups = [] } = spec.networking;
    return securityGroups.some((id) => {
      const rules = this.#options.store.get(SECURITY_GROUP, id)?.value.spec.rules ?? [];
      return opensTcpPort(rules, port);
    });
  }

  #newFeed(group: XdsGroup): GroupFeed {
    const feed = new GroupFeed(group, this.#reach);
    feed.become(group, () => this.#serversOf(group));
    return feed;
  }

  #serversOf({ metadata }: XdsGroup): ServersAt {
    const index = { name: "project", value: metadata.projectId };
    const { items, revision } = this.#options.store.list(SERVER, { index });
    return { servers: items.map(({ value }) => value), revision };
  }

  #feed(id: string): GroupFeed {
    const feed = this.#feeds.get(id);
    if (feed === undefined) throw new Problem("internal", `there is no feed of ${id}`);
    return feed;
  }

  /** Its streams keep what they have. */
  #forget(id: string): boolean {
    this.#options.cache.clear(id);
    return this.#options.claims.release(id);
  }

  async #loadEncoder(): Promise<void> {
    this.#encode ??= await this.#options.loadEncoder();
  }
}

function wantsServers(change: Change): boolean {
  if (change.type === "deleted" || change.resource.kind !== XDS_GROUP.name) return false;
  return (change.resource.value as XdsGroup).spec.endpoints.length > 0;
}

function revisionOf(change: Change): number {
  return change.type === "deleted" ? change.revision : change.resource.revision;
}

function changesOf<T>(changes: readonly Change[], kind: Kind<T>): readonly Change<T>[] {
  return changes.filter((change) => {
    const { kind: of } = change.type === "deleted" ? change.previous : change.resource;
    return of === kind.name;
  }) as readonly Change<T>[];
}
