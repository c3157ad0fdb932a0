import assert from "node:assert/strict";
import { test } from "node:test";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { RecordingWatcher } from "../testing/recording-watcher.ts";
import { contentsOf, textResource } from "../testing/text-resource.ts";
import { UNKNOWN_NODE } from "../wire/decode-node.ts";
import type { Node } from "../wire/node.ts";
import type { LeaseHolder, TableLease } from "./cache.ts";
import { Snapshot } from "./snapshot.ts";
import { SnapshotCache } from "./snapshot-cache.ts";

const { cluster, endpoint } = TYPE_URLS;
const STAYS: LeaseHolder = { leaseMoved: () => assert.fail("the node did not move") };
const nodeOf = (id: string, group = "edge"): Node => ({ ...UNKNOWN_NODE, id, cluster: group });
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const byCluster = (node: Node): string => node.cluster;

const leaseOf = (cache: SnapshotCache, node: Node, typeUrl: string = endpoint): TableLease =>
  cache.lease({ node, typeUrl }, STAYS);

function watch(lease: TableLease): RecordingWatcher {
  const watcher = new RecordingWatcher();
  lease.table.watch(watcher).setWildcard(true);
  return watcher;
}

test("nodes of a group share a table; each node is a group where nobody says otherwise", () => {
  const grouped = new SnapshotCache({ groupOf: byCluster });
  assert.equal(leaseOf(grouped, nodeOf("a")).table, leaseOf(grouped, nodeOf("b")).table);
  const single = new SnapshotCache();
  assert.notEqual(leaseOf(single, nodeOf("a")).table, leaseOf(single, nodeOf("b")).table);
});

test("a snapshot before or after the lease is the same; a type that it lacks is unknown", () => {
  const cache = new SnapshotCache({ groupOf: byCluster });
  const early = leaseOf(cache, nodeOf("a"));
  const watcher = watch(early);
  assert.equal(early.table.isKnown, false);
  cache.setSnapshot("edge", Snapshot.of([textResource("x", "1")]));
  assert.deepEqual(watcher.take(), ["(state)", "(table)"]);
  const late = leaseOf(cache, nodeOf("b"));
  assert.deepEqual(contentsOf(late.table.all()), ["x=1"]);
  assert.equal(leaseOf(cache, nodeOf("b"), cluster).table.isKnown, false);
});

test("a change of several types is told when all of them are changed", () => {
  const cache = new SnapshotCache({ groupOf: byCluster });
  const [endpoints, clusters] = [endpoint, cluster].map((type) =>
    leaseOf(cache, nodeOf("a"), type),
  );
  assert.ok(endpoints && clusters);
  const seen: string[] = [];
  const look = (): void => {
    seen.push(`${endpoints.table.size} endpoints, ${clusters.table.size} clusters`);
  };
  for (const { table } of [endpoints, clusters]) {
    table
      .watch({ tableChanged: look, resourceChanged: look, stateChanged: look })
      .setWildcard(true);
  }
  cache.setSnapshot(
    "edge",
    Snapshot.of([textResource("x"), textResource("c", "", { typeUrl: cluster })]),
  );
  assert.deepEqual(new Set(seen), new Set(["1 endpoints, 1 clusters"]));
});

test("an edit tells only the types that it changes, of what it changes", () => {
  const cache = new SnapshotCache({ groupOf: byCluster });
  cache.edit("edge", {
    [endpoint]: { set: [textResource("x"), textResource("y")] },
    [cluster]: {},
  });
  const [endpoints, clusters] = [endpoint, cluster].map((type) =>
    leaseOf(cache, nodeOf("a"), type),
  );
  assert.ok(endpoints && clusters);
  const [told, untold] = [watch(endpoints), watch(clusters)];
  const before = endpoints.table.contents;
  cache.edit("edge", { [endpoint]: { set: [textResource("x", "2")] }, [cluster]: {} });
  assert.deepEqual(endpoints.table.contents.changesSince(before), ["x"]);
  assert.deepEqual(told.take(), ["(table)"]);
  assert.deepEqual(untold.take(), []);

  // Built anew, not edited: what is equal is seen to be equal all the same.
  const same = [textResource("x", "2"), textResource("y")];
  cache.setSnapshot("edge", Snapshot.of(same, { types: [cluster] }));
  assert.deepEqual(told.take(), []);
});

test("a cleared group keeps its watches, and hears of the next snapshot", () => {
  const cache = new SnapshotCache({ groupOf: byCluster });
  cache.setSnapshot("edge", Snapshot.of([textResource("x"), textResource("y")]));
  const lease = leaseOf(cache, nodeOf("a"));
  const watcher = watch(lease);
  const before = lease.table.contents;
  cache.clear("edge");
  assert.equal(cache.getSnapshot("edge"), undefined);
  assert.equal(lease.table.isKnown, false);
  assert.deepEqual(watcher.take(), ["(state)"]);
  cache.setSnapshot("edge", Snapshot.of([textResource("x"), textResource("z")]));
  assert.deepEqual(watcher.take(), ["(state)", "(table)"]);
  assert.deepEqual(lease.table.contents.changesSince(before).toSorted(), ["y", "z"]);
  cache.clear("nobody");
});

test("nothing is left when all leases are released and nothing is configured", () => {
  const cache = new SnapshotCache();
  const leases = Array.from({ length: 100 }, (_, i) =>
    [endpoint, cluster].map((type) => leaseOf(cache, nodeOf(`node-${i}`), type)),
  ).flat();
  assert.equal(cache.groupCount, 100);
  for (const lease of leases) {
    lease.release();
    lease.release();
  }
  assert.equal(cache.groupCount, 0);
  assert.deepEqual(cache.status(), []);
});

test("a configured group stays when its nodes go, its tables don't; cleared, it goes too", () => {
  const cache = new SnapshotCache({ groupOf: byCluster });
  cache.setSnapshot("edge", Snapshot.of([textResource("x")]));
  const [one, two] = [leaseOf(cache, nodeOf("a")), leaseOf(cache, nodeOf("b"))];
  one.release();
  one.release();
  assert.equal(cache.status()[0]?.tables.length, 1);
  two.release();
  assert.deepEqual(cache.status(), [
    { group: "edge", isConfigured: true, leaseCount: 0, tables: [] },
  ]);
  cache.clear("edge");
  assert.equal(cache.groupCount, 0);
});

test("a lease of a group that was forgotten and made anew does not harm the new one", () => {
  const cache = new SnapshotCache({ groupOf: byCluster });
  const old = leaseOf(cache, nodeOf("a"));
  old.release();
  const fresh = leaseOf(cache, nodeOf("a"));
  old.release();
  assert.equal(cache.groupCount, 1);
  assert.notEqual(fresh.table, old.table);
});

test("the status counts leases and watches", () => {
  const cache = new SnapshotCache({ groupOf: byCluster });
  cache.setSnapshot("edge", Snapshot.of([textResource("x")], { version: "v1" }));
  const leases = [leaseOf(cache, nodeOf("a")), leaseOf(cache, nodeOf("b"))];
  for (const lease of leases) watch(lease);
  assert.deepEqual(cache.status(), [
    {
      group: "edge",
      isConfigured: true,
      leaseCount: 2,
      tables: [
        { typeUrl: endpoint, isKnown: true, version: "v1", size: 1, leaseCount: 2, watchCount: 2 },
      ],
    },
  ]);
});

test("regrouping moves the nodes whose group changed, and asks nobody else", () => {
  const away = new Set<string>();
  const cache = new SnapshotCache({ groupOf: ({ id }) => (away.has(id) ? "canary" : "edge") });
  const moved: string[] = [];
  const holderOf = (id: string): LeaseHolder => ({ leaseMoved: () => moved.push(id) });
  const leases = ["a", "b", "c"].map((id) =>
    cache.lease({ node: nodeOf(id), typeUrl: endpoint }, holderOf(id)),
  );
  cache.regroup();
  assert.deepEqual(moved, []);
  away.add("b");
  away.add("c");
  leases[2]?.release();
  cache.regroup();
  assert.deepEqual(moved, ["b"]);
});

test("who let go while others moved is not told", () => {
  let group = "edge";
  const cache = new SnapshotCache({ groupOf: () => group });
  const moved: string[] = [];
  const leases: TableLease[] = ["a", "b"].map((id) =>
    cache.lease(
      { node: nodeOf(id), typeUrl: endpoint },
      {
        leaseMoved: () => {
          moved.push(id);
          for (const lease of leases) lease.release();
        },
      },
    ),
  );
  group = "canary";
  cache.regroup();
  assert.deepEqual(moved, ["a"]);
  assert.equal(cache.groupCount, 0);
});

test("a node that cannot be grouped anew stays; others move", () => {
  let isBroken = false;
  const cache = new SnapshotCache({
    groupOf: ({ id }) => {
      if (isBroken && id === "a") throw new Error("no group for a");
      return isBroken ? "other" : "edge";
    },
  });
  const moved: string[] = [];
  for (const id of ["a", "b"]) {
    cache.lease({ node: nodeOf(id), typeUrl: endpoint }, { leaseMoved: () => moved.push(id) });
  }
  isBroken = true;
  cache.regroup();
  assert.deepEqual(moved, ["b"]);
  assert.throws(() => leaseOf(cache, nodeOf("a")), /no group for a/);
});

test("the first node of an unconfigured group asks for a snapshot, once, and not at once", async () => {
  const asked: string[] = [];
  const cache: SnapshotCache = new SnapshotCache({
    groupOf: byCluster,
    onFirstContact: async (node, group) => {
      asked.push(`${node.id} of ${group}`);
      await settled();
      cache.setSnapshot(group, Snapshot.of([textResource("x")]));
    },
  });
  const lease = leaseOf(cache, nodeOf("a"));
  leaseOf(cache, nodeOf("b"));
  assert.deepEqual(asked, []);
  await settled();
  await settled();
  assert.deepEqual(asked, ["a of edge"]);
  assert.deepEqual(contentsOf(lease.table.all()), ["x="]);
  leaseOf(cache, nodeOf("c"));
  await settled();
  assert.equal(asked.length, 1);
  cache.clear("edge");
  leaseOf(cache, nodeOf("d"));
  await settled();
  assert.deepEqual(asked, ["a of edge", "d of edge"]);
});

test("a first contact that failed is made again with the next node", async () => {
  let calls = 0;
  const cache = new SnapshotCache({
    groupOf: byCluster,
    onFirstContact: () => {
      calls++;
      throw new Error("the database is away");
    },
  });
  leaseOf(cache, nodeOf("a"));
  await settled();
  leaseOf(cache, nodeOf("b"));
  await settled();
  assert.equal(calls, 2);
});

test("what is asked for and missing is looked for, and put into the group's snapshot", async () => {
  const cache: SnapshotCache = new SnapshotCache({
    groupOf: byCluster,
    onMissing: ({ group, typeUrl, name }) => {
      if (name === "found") cache.edit(group, { [typeUrl]: { set: [textResource(name)] } });
    },
  });
  cache.setSnapshot("edge", Snapshot.of([textResource("x")]));
  const { table } = leaseOf(cache, nodeOf("a"));
  const watcher = new RecordingWatcher();
  const watch = table.watch(watcher);
  for (const name of ["found", "lost"]) watch.addName(name);
  assert.equal(table.isPending("found"), true);
  await settled();
  assert.equal(table.isPending("lost"), false);
  assert.deepEqual(contentsOf(table.all()), ["found=", "x="]);
  assert.deepEqual(new Set(watcher.take()), new Set(["found", "lost"]));
});
