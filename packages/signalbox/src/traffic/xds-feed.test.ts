import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "@signalbox/testing";
import type { Store, Transaction } from "@signalbox/store";
import { type Snapshot, type SnapshotCache, TYPE_URLS } from "@signalbox/xds";
import fc from "fast-check";
import { SECURITY_GROUP, SERVER, XDS_GROUP, XDS_RESOURCE } from "../model/kinds.ts";
import { BOOTED, securityGroup, server } from "../reconcilers/testing/fixtures.ts";
import { encodeAssignment } from "./endpoints/encode-assignment.ts";
import { endpointOf, selects } from "./endpoints/server-endpoint.ts";
import { UNCLAIMED } from "./node-claims.ts";
import { servedResource } from "./served-resource.ts";
import { group, startFeed, stored } from "./testing/feed-rig.ts";
import { nodeOf } from "./testing/node-of.ts";

const { cluster, endpoint, route } = TYPE_URLS;
const WEB = { cluster: "web", port: 80, from: { tags: { role: "web" } } };
const role = (value: string) => ({ tags: [{ name: "role", value }] });
const up = (ip: string) => ({ metadata: role("web"), status: { ...BOOTED, privateIP: ip } });

/** Type, name and version of everything in a snapshot. */
function contents(snapshot: Snapshot | undefined): readonly string[] | undefined {
  return snapshot
    ?.all()
    .map(({ typeUrl, name, version }) => `${typeUrl} ${name} ${version}`)
    .toSorted();
}

/** The same as it follows from the store alone. */
function expected(store: Store, groupId: string): readonly string[] | undefined {
  const value = store.get(XDS_GROUP, groupId)?.value;
  if (value === undefined) return undefined;
  const own = store.list(XDS_RESOURCE, { index: { name: "group", value: groupId } }).items;
  const servers = store.list(SERVER).items.map((each) => each.value);
  const reach = { region: () => ({ name: "region", hasPrivateNetwork: true }), opens: () => false };
  const assignments = value.spec.endpoints.map(({ cluster: name, port, from }) => {
    const selected = servers.filter((each) => selects(from, each));
    const found = selected.flatMap((each) => endpointOf(each, port, reach) ?? []);
    return encodeAssignment(name, port, found);
  });
  return [...own.map((each) => servedResource(each.value)), ...assignments]
    .map(({ typeUrl, name, version }) => `${typeUrl} ${name} ${version}`)
    .toSorted();
}

async function settled(store: Store, cache: SnapshotCache, ids: readonly string[]): Promise<void> {
  await until(
    () =>
      ids.every((id) => {
        const wanted = JSON.stringify(expected(store, id));
        return JSON.stringify(contents(cache.getSnapshot(id))) === wanted;
      }),
    "the cache is as the store",
  );
}

test("whatever is written is served, and a restart serves it under the same versions", async (t) => {
  const { store, cache, restart } = await startFeed(t);
  const groups = ["a1", "a2"];
  const names = ["x", "y", "web"];
  const servers = ["s1", "s2", "s3"];
  const write = fc.oneof(
    fc.record({ group: fc.constantFrom(...groups), follows: fc.boolean() }),
    fc.record({ drop: fc.constantFrom(...groups) }),
    fc.record({
      put: fc.constantFrom(...names),
      into: fc.constantFrom(...groups),
      type: fc.constantFrom(cluster, endpoint),
      text: fc.constantFrom("1", "2", undefined),
    }),
    fc.record({
      server: fc.constantFrom(...servers),
      state: fc.constantFrom("Running", "Stopped", "gone"),
      role: fc.constantFrom("web", "db"),
      ip: fc.constantFrom("10.0.0.1", "10.0.0.2"),
    }),
  );
  type Write = typeof write extends fc.Arbitrary<infer W> ? W : never;
  const apply = (tx: Transaction, each: Write): void => {
    if ("group" in each) {
      // A stored assignment and a followed cluster of one name never meet: the service sees to it.
      const value = group(each.group, each.follows ? [{ ...WEB, cluster: "follow" }] : []);
      put(tx, XDS_GROUP, each.group, value);
    } else if ("drop" in each) {
      remove(tx, XDS_GROUP, each.drop);
      const index = { name: "group", value: each.drop };
      for (const { id } of tx.list(XDS_RESOURCE, { index }).items) tx.delete(XDS_RESOURCE, id);
    } else if ("put" in each) {
      const id = `${each.into}-${each.type}-${each.put}`;
      if (tx.get(XDS_GROUP, each.into) === undefined) return;
      if (each.text === undefined) remove(tx, XDS_RESOURCE, id);
      else put(tx, XDS_RESOURCE, id, stored(each.into, each.type, each.put, each.text));
    } else if (each.state === "gone") {
      remove(tx, SERVER, each.server);
    } else {
      const powerState = each.state === "Running" ? "Running" : "Stopped";
      const status = { ...BOOTED, powerState, privateIP: each.ip } as const;
      put(tx, SERVER, each.server, server(each.server, { metadata: role(each.role), status }));
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(write, { maxLength: 4 }), { maxLength: 8 }), async (all) => {
      for (const writes of all) {
        await store.transact((tx) => writes.forEach((each) => apply(tx, each)));
      }
      await settled(store, cache, groups);
    }),
    { seed: 20261121, numRuns: 100 },
  );
  await store.transact((tx) => {
    put(tx, XDS_GROUP, "a1", group("a1", [WEB]));
    put(tx, XDS_RESOURCE, "r", stored("a1", cluster, "web", "1"));
    put(tx, SERVER, "s1", server("s1", up("10.0.0.9")));
  });
  await settled(store, cache, groups);
  const again = await restart();
  for (const typeUrl of [cluster, endpoint]) {
    const version = cache.getSnapshot("a1")?.version(typeUrl);
    assert.ok(version);
    assert.equal(again.getSnapshot("a1")?.version(typeUrl), version);
  }
});

type Put = <T>(
  tx: Transaction,
  kind: Parameters<typeof tx.get<T>>[0],
  id: string,
  value: T,
) => void;

const put: Put = (tx, kind, id, value) => {
  if (tx.get(kind, id) === undefined) tx.create(kind, id, value);
  else tx.update(kind, id, value);
};

function remove(tx: Transaction, kind: Parameters<Transaction["delete"]>[0], id: string): void {
  if (tx.get(kind, id) !== undefined) tx.delete(kind, id);
}

test("what one transaction writes, clients see as one change", async (t) => {
  const { store, cache } = await startFeed(t);
  const nodes = { ids: ["n1"], clusters: [] };
  const known = {
    ...group("a1", [WEB], nodes),
    content: { ...group("a1").content, types: [cluster] },
  };
  await store.transact((tx) => tx.create(XDS_GROUP, "a1", known));
  await settled(store, cache, ["a1"]);
  const seen = new Set<string>();
  const look = (): void => {
    const all = cache.getSnapshot("a1")?.all() ?? [];
    seen.add(
      all
        .map(({ name, typeUrl }) => `${typeUrl === cluster ? "c" : "e"} ${name}`)
        .toSorted()
        .join(),
    );
  };
  const watcher = { tableChanged: look, resourceChanged: look, stateChanged: look };
  for (const typeUrl of [cluster, endpoint]) {
    const lease = cache.lease({ node: nodeOf("n1", ""), typeUrl }, { leaseMoved: () => {} });
    lease.table.watch(watcher).setWildcard(true);
  }
  await store.transact((tx) => {
    tx.create(XDS_RESOURCE, "r1", stored("a1", cluster, "one", "1"));
    tx.create(XDS_RESOURCE, "r2", stored("a1", cluster, "two", "1"));
    tx.create(SERVER, "s1", server("s1", up("10.0.0.1")));
    tx.update(XDS_GROUP, "a1", group("a1", [WEB, { ...WEB, cluster: "more" }], nodes));
  });
  await settled(store, cache, ["a1"]);
  assert.deepEqual([...seen], ["c one,c two,e more,e web"]);
});

test("a server that nobody sees differently, or of another project, changes nothing", async (t) => {
  const foreign = (ip: string) =>
    server("s2", { ...up(ip), metadata: { ...role("web"), projectId: "other" } });
  const { store, cache } = await startFeed(t);
  await store.transact((tx) => {
    tx.create(XDS_GROUP, "a1", group("a1", [WEB]));
    tx.create(SERVER, "s1", server("s1", up("10.0.0.1")));
    tx.create(SERVER, "s2", foreign("10.0.0.2"));
  });
  await until(() => {
    const assignment = cache.getSnapshot("a1")?.get(endpoint, "web");
    const wanted = {
      serverId: "s1",
      address: "10.0.0.1",
      region: "region",
      health: "unknown",
    } as const;
    return assignment?.version === encodeAssignment("web", 80, [wanted]).version;
  }, "one endpoint");
  const before = cache.getSnapshot("a1");
  await store.transact((tx) => {
    tx.update(SERVER, "s1", server("s1", { ...up("10.0.0.1"), spec: { userData: "" } }));
    tx.update(SERVER, "s2", foreign("10.0.0.3"));
    tx.create(SERVER, "s3", server("s3"));
    tx.create(XDS_GROUP, "a2", group("a2"));
  });
  await until(() => cache.getSnapshot("a2") !== undefined, "the commit is followed");
  assert.equal(cache.getSnapshot("a1"), before);
});

test("the types that a group ever had are served empty, others are not configured", async (t) => {
  const { store, cache, restart } = await startFeed(t);
  await store.transact((tx) => {
    const value = group("a1");
    tx.create(XDS_GROUP, "a1", { ...value, content: { ...value.content, types: [cluster] } });
  });
  await until(() => cache.getSnapshot("a1") !== undefined, "it is served");
  for (const each of [cache, await restart()]) {
    assert.deepEqual(each.getSnapshot("a1")?.typeUrls, [cluster]);
    assert.equal(each.getSnapshot("a1")?.version(route), undefined);
  }
});

test("nodes are of the group that claims them, by id before cluster, and move with the claim", async (t) => {
  const { store, cache, claims } = await startFeed(t);
  const node = nodeOf("n1", "edge");
  assert.equal(claims.groupOf(node), UNCLAIMED);
  let moves = 0;
  const holder = { leaseMoved: () => void moves++ };
  const leases = [cache.lease({ node, typeUrl: cluster }, holder)];
  const move = async (what: string, write: (tx: Transaction) => void): Promise<void> => {
    const before = moves;
    await store.transact(write);
    await until(() => moves > before, what);
    leases.pop()?.release();
    leases.push(cache.lease({ node, typeUrl: cluster }, holder));
  };
  const byCluster = group("a1", [], { ids: [], clusters: ["edge"] });
  await move("claimed by cluster", (tx) => tx.create(XDS_GROUP, "a1", byCluster));
  assert.equal(claims.groupOf(node), "a1");
  const byId = group("a2", [], { ids: ["n1"], clusters: [] });
  await move("claimed by id", (tx) => tx.create(XDS_GROUP, "a2", byId));
  assert.equal(claims.groupOf(node), "a2");
  await move("given free", (tx) => tx.update(XDS_GROUP, "a2", group("a2")));
  assert.equal(claims.groupOf(node), "a1");
  await move("gone", (tx) => tx.delete(XDS_GROUP, "a1"));
  assert.equal(claims.groupOf(node), UNCLAIMED);
  leases.pop()?.release();
});

test("a guest behind forwarded ports is an endpoint while its rules open the port", async (t) => {
  const { store, cache } = await startFeed(t, { hasPrivateNetwork: false });
  const groupId = "cccccccc-0000-4000-8000-000000000001";
  const rule = { direction: "ingress", protocol: "tcp", port: 79, portMax: 81 } as const;
  const status = { ...BOOTED, privateIP: "10.0.0.1", publicIP: "127.64.0.1" };
  const spec = { networking: { publicIP: true, securityGroups: [groupId] } } as const;
  await store.transact((tx) => {
    tx.create(XDS_GROUP, "a1", group("a1", [WEB]));
    tx.create(SECURITY_GROUP, groupId, securityGroup(groupId, []));
    tx.create(SERVER, "s1", server("s1", { metadata: role("web"), status, spec }));
  });
  const found = {
    serverId: "s1",
    address: "127.64.0.1",
    region: "region",
    health: "unknown",
  } as const;
  const endpoints = (what: string, ...all: readonly (typeof found)[]): Promise<void> =>
    until(() => {
      const { version } = cache.getSnapshot("a1")?.get(endpoint, "web") ?? {};
      return version === encodeAssignment("web", 80, all).version;
    }, what);
  await endpoints("it is not reached");
  await store.transact((tx) => tx.update(SECURITY_GROUP, groupId, securityGroup(groupId, [rule])));
  await endpoints("the port is open", found);
  await store.transact((tx) => tx.delete(SECURITY_GROUP, groupId));
  await endpoints("the port is closed again");
});

test("without a group nothing is followed, and no message of Envoy is loaded", async (t) => {
  const { store, cache, encoderLoads } = await startFeed(t);
  for (let n = 0; n < 10; n++) {
    await store.transact((tx) => tx.create(SERVER, `s${n}`, server(`s${n}`, up("10.0.0.1"))));
  }
  await store.transact((tx) => tx.create(XDS_GROUP, "a1", group("a1")));
  await settled(store, cache, ["a1"]);
  assert.equal(encoderLoads(), 0);
  await store.transact((tx) => tx.update(XDS_GROUP, "a1", group("a1", [WEB])));
  await settled(store, cache, ["a1"]);
  assert.equal(encoderLoads(), 1);
});
