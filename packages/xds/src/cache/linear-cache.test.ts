import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "@signalbox/base";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { RecordingWatcher } from "../testing/recording-watcher.ts";
import { contentsOf, textResource } from "../testing/text-resource.ts";
import { UNKNOWN_NODE } from "../wire/decode-node.ts";
import type { LeaseHolder, TableLease } from "./cache.ts";
import { LinearCache } from "./linear-cache.ts";
import { MuxCache } from "./mux-cache.ts";

const HOLDER: LeaseHolder = { leaseMoved: () => assert.fail("nothing moves here") };
const request = (typeUrl: string) => ({ node: UNKNOWN_NODE, typeUrl });

function leaseOf(cache: LinearCache): TableLease {
  const lease = cache.lease(request(cache.typeUrl));
  assert.ok(lease);
  return lease;
}

test("a linear cache serves one type to everybody, and is unknown until it is written", () => {
  const cache = new LinearCache(TYPE_URLS.endpoint);
  assert.equal(cache.lease(request(TYPE_URLS.cluster)), undefined);
  const [one, two] = [leaseOf(cache), leaseOf(cache)];
  assert.equal(one.table, two.table);
  assert.equal(one.table.isKnown, false);
  cache.setAll([]);
  assert.equal(one.table.isKnown, true);
  assert.equal(cache.leaseCount, 2);
  one.release();
  one.release();
  two.release();
  assert.equal(cache.leaseCount, 0);
});

test("what it is given at first is known at once", () => {
  const cache = new LinearCache(TYPE_URLS.endpoint, { resources: [textResource("a")] });
  assert.equal(leaseOf(cache).table.isKnown, true);
  assert.equal(cache.size, 1);
});

test("it is set, deleted, updated and replaced", () => {
  const cache = new LinearCache(TYPE_URLS.endpoint);
  cache.set(textResource("a", "1"));
  cache.set(textResource("b", "1"));
  cache.delete("a");
  cache.update({ set: [textResource("c", "1"), textResource("b", "2")], delete: ["x"] });
  assert.deepEqual(contentsOf(cache.all()), ["b=2", "c=1"]);
  cache.setAll([textResource("c", "1"), textResource("d", "1")]);
  assert.deepEqual(contentsOf(cache.all()), ["c=1", "d=1"]);
  assert.equal(cache.get("d")?.name, "d");
});

test("a batch is one change, and none when it throws", () => {
  const cache = new LinearCache(TYPE_URLS.endpoint, { resources: [textResource("a")] });
  const { table } = leaseOf(cache);
  const watcher = new RecordingWatcher();
  table.watch(watcher).setWildcard(true);
  cache.batch((draft) => {
    draft.delete("a");
    draft.set(textResource("b", "1"));
    assert.equal(draft.get("a"), undefined);
    assert.equal(cache.get("a")?.name, "a");
    draft.set(textResource("b", "2"));
  });
  assert.deepEqual(contentsOf(cache.all()), ["b=2"]);
  assert.deepEqual(watcher.take(), ["(table)"]);

  assert.throws(() =>
    cache.batch((draft) => {
      draft.delete("b");
      throw new Problem("conflict", "changed my mind");
    }),
  );
  assert.equal(cache.get("b")?.name, "b");
  assert.deepEqual(watcher.take(), []);
});

test("a mux asks the cache that its chooser names, and nobody when there is none", () => {
  const endpoints = new LinearCache(TYPE_URLS.endpoint);
  const clusters = new LinearCache(TYPE_URLS.cluster);
  const mux = MuxCache.byType({
    [TYPE_URLS.endpoint]: endpoints,
    [TYPE_URLS.cluster]: clusters,
  });
  assert.equal(mux.lease(request(TYPE_URLS.cluster), HOLDER)?.table, leaseOf(clusters).table);
  assert.equal(mux.lease(request("type.googleapis.com/x.Y"), HOLDER), undefined);
  const rest = MuxCache.byType({ [TYPE_URLS.cluster]: clusters }, endpoints);
  assert.equal(rest.lease(request(TYPE_URLS.endpoint), HOLDER)?.table, leaseOf(endpoints).table);
});
