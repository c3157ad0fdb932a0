import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Metrics, noMetrics, silentLog, VirtualClock } from "@signalbox/base";
import { openSqliteStore, type Store } from "@signalbox/store";
import { Resource, SnapshotCache } from "@signalbox/xds";
import { KINDS } from "../../model/kinds.ts";
import type { ServerEndpoints, XdsGroup } from "../../model/xds-group.ts";
import type { XdsResource } from "../../model/xds-resource.ts";
import { metadata, START, START_MS } from "../../reconcilers/testing/fixtures.ts";
import { encodeAssignment } from "../endpoints/encode-assignment.ts";
import { NodeClaims } from "../node-claims.ts";
import { XdsFeed } from "../xds-feed.ts";

/** A store, and the cache that a feed keeps as the store is. */
export interface FeedRig {
  readonly store: Store;
  readonly cache: SnapshotCache;
  readonly claims: NodeClaims;
  /** How often the encoder of endpoints was asked for. */
  readonly encoderLoads: () => number;
  /** Starts another feed over the same store, as a restart does. */
  readonly restart: () => Promise<SnapshotCache>;
}

export interface FeedRigOptions {
  readonly hasPrivateNetwork?: boolean;
  readonly metrics?: Metrics;
}

export async function startFeed(
  t: TestContext,
  { hasPrivateNetwork = true, metrics = noMetrics }: FeedRigOptions = {},
): Promise<FeedRig> {
  const directory = await mkdtemp(join(tmpdir(), "feed-"));
  const clock = new VirtualClock(START_MS);
  const common = { clock, log: silentLog };
  const store = await openSqliteStore({ ...common, metrics: noMetrics, directory, kinds: KINDS });
  const stop = new AbortController();
  const running: Promise<void>[] = [];
  let loads = 0;
  const follow = async (claims: NodeClaims): Promise<SnapshotCache> => {
    const cache = new SnapshotCache({ groupOf: (node) => claims.groupOf(node) });
    const feed = new XdsFeed({
      ...common,
      metrics,
      store,
      cache,
      claims,
      reaches: () => ({ name: "region", hasPrivateNetwork }),
      loadEncoder: () => {
        loads++;
        return Promise.resolve(encodeAssignment);
      },
    });
    running.push(feed.run(stop.signal));
    await feed.loaded;
    return cache;
  };
  t.after(async () => {
    stop.abort();
    await Promise.all(running);
    assert.equal(store.stats().watchers, 0);
    await store.close();
    await rm(directory, { recursive: true });
  });
  const claims = new NodeClaims();
  const cache = await follow(claims);
  return {
    store,
    cache,
    claims,
    encoderLoads: () => loads,
    restart: () => follow(new NodeClaims()),
  };
}

export function group(
  id: string,
  endpoints: readonly ServerEndpoints[] = [],
  nodes: XdsGroup["spec"]["nodes"] = { ids: [], clusters: [] },
): XdsGroup {
  const content = { revision: 1, resources: 0, bytes: 0, types: [] };
  return { metadata: metadata(id, { finalizers: [] }), spec: { nodes, endpoints }, content };
}

/** Of no message: the feed does not look into what it serves. */
export function stored(groupId: string, typeUrl: string, name: string, text: string): XdsResource {
  const bytes = Buffer.from(text);
  const { version } = new Resource({ typeUrl, name, bytes });
  const message = bytes.toString("base64");
  const modified = { modifiedAt: START, modifiedBy: "tester" };
  return { groupId, typeUrl, name, message, version, ...modified };
}
