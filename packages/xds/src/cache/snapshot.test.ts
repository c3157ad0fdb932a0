import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "@signalbox/base";
import fc from "fast-check";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { contentsOf, textResource } from "../testing/text-resource.ts";
import { LinearCache } from "./linear-cache.ts";
import { Snapshot, type SnapshotEdit } from "./snapshot.ts";

const SEED = 31;
const { cluster, endpoint, listener } = TYPE_URLS;
const TYPES = [cluster, endpoint, listener];

test("versions are the caller's where there are any, and else derived", () => {
  const resources = [textResource("a"), textResource("c", "", { typeUrl: cluster })];
  const derived = Snapshot.of(resources);
  assert.match(derived.version(endpoint) ?? "", /^[\w-]{16}$/);
  assert.equal(derived.version(listener), undefined);

  const given = Snapshot.of(resources, { version: "v1", versions: { [cluster]: "c7" } });
  assert.equal(given.version(endpoint), "v1");
  assert.equal(given.version(cluster), "c7");

  const next = given.with({ [cluster]: { version: null }, [endpoint]: { delete: ["a"] } });
  assert.equal(next.version(endpoint), "v1");
  assert.equal(next.version(cluster), derived.version(cluster));
});

test("a type is empty or unconfigured, which differ", () => {
  const snapshot = Snapshot.of([], { types: [listener], versions: { [cluster]: "v1" } });
  assert.deepEqual(snapshot.typeUrls.toSorted(), [cluster, listener].toSorted());
  assert.equal(snapshot.state(endpoint), undefined);
  assert.equal(snapshot.with({ [endpoint]: {} }).state(endpoint)?.contents.size, 0);
  assert.equal(snapshot.with({ [listener]: null }).state(listener), undefined);
});

test("what changes nothing answers the very same snapshot", () => {
  const snapshot = Snapshot.of([textResource("a", "1")], { version: "v1" });
  const same: SnapshotEdit[] = [
    {},
    { [endpoint]: {} },
    { [endpoint]: { set: [textResource("a", "1")], delete: ["x"], version: "v1" } },
    { [listener]: null },
  ];
  for (const edit of same) assert.equal(snapshot.with(edit), snapshot);
  assert.notEqual(snapshot.with({ [listener]: {} }), snapshot);
});

test("a changed copy shares the types that stay, and leaves the original alone", () => {
  const first = Snapshot.of([textResource("a"), textResource("c", "", { typeUrl: cluster })]);
  const next = first.with({ [endpoint]: { set: [textResource("b")], delete: ["a"] } });
  assert.equal(next.state(cluster), first.state(cluster));
  assert.deepEqual(contentsOf(first.resources(endpoint)), ["a="]);
  assert.deepEqual(contentsOf(next.all()), ["b=", "c="]);
  assert.equal(next.get(endpoint, "b")?.name, "b");
});

test("a resource under another type than its own is refused", () => {
  assert.throws(
    () => Snapshot.EMPTY.with({ [listener]: { set: [textResource("a")] } }),
    (error) => Problem.is(error, "invalid_request"),
  );
});

const name = fc.nat({ max: 6 }).map((i) => `r${i}`);
const typeEdit = fc.record({
  typeUrl: fc.constantFrom(...TYPES),
  set: fc.array(fc.tuple(name, fc.nat({ max: 2 })), { maxLength: 4 }),
  delete: fc.array(name, { maxLength: 3 }),
});

test("however a snapshot came about, it equals one built of its resources, and linear caches", () => {
  fc.assert(
    fc.property(fc.array(typeEdit, { maxLength: 20 }), (edits) => {
      let snapshot = Snapshot.of([], { types: TYPES });
      const model = new Map<string, string>();
      for (const { typeUrl, set, delete: deleted } of edits) {
        for (const name of deleted) model.delete(`${typeUrl} ${name}`);
        for (const [name, content] of set) model.set(`${typeUrl} ${name}`, `${content}`);
        const resources = set.map(([name, content]) =>
          textResource(name, `${content}`, { typeUrl }),
        );
        snapshot = snapshot.with({ [typeUrl]: { set: resources, delete: deleted } });
      }
      const rebuilt = Snapshot.of(
        Array.from(model, ([key, content]) => {
          const [typeUrl = "", name = ""] = key.split(" ");
          return textResource(name, content, { typeUrl });
        }),
        { types: TYPES },
      );
      for (const typeUrl of TYPES) {
        const linear = new LinearCache(typeUrl, { resources: rebuilt.resources(typeUrl) });
        assert.equal(snapshot.version(typeUrl), rebuilt.version(typeUrl));
        assert.equal(snapshot.version(typeUrl), linear.version);
        const expected = contentsOf(rebuilt.resources(typeUrl));
        assert.deepEqual(contentsOf(snapshot.resources(typeUrl)), expected);
        assert.deepEqual(contentsOf(linear.all()), expected);
      }
    }),
    { seed: SEED, numRuns: 300 },
  );
});
