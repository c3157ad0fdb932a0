import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { metricsPort, MetricsRegistry, scrapeText } from "@signalbox/ops";
import { XDS_GROUP } from "../model/kinds.ts";
import { group, startFeed } from "./testing/feed-rig.ts";

test("groups are counted as they are served, and commits timed", async (t) => {
  const clock = new VirtualClock();
  const registry = new MetricsRegistry({ clock });
  const { store, cache } = await startFeed(t, { metrics: metricsPort(registry) });
  const has = async (line: string): Promise<boolean> =>
    (await scrapeText(registry, undefined, { clock })).includes(`${line}\n`);
  assert.ok(await has("signalbox_xds_groups 0"));
  await store.transact((tx) => tx.create(XDS_GROUP, "g1", group("g1")));
  await until(() => cache.getSnapshot("g1") !== undefined, "the first group is served");
  await store.transact((tx) => tx.create(XDS_GROUP, "g2", group("g2")));
  await until(() => cache.getSnapshot("g2") !== undefined, "the second group is served");
  assert.ok(await has("signalbox_xds_groups 2"));
  assert.ok(await has("signalbox_xds_feed_commit_seconds_count 1"));
  await store.transact((tx) => tx.delete(XDS_GROUP, "g1"));
  await until(() => cache.getSnapshot("g1") === undefined, "it is gone");
  assert.ok(await has("signalbox_xds_groups 1"));
});
