import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { contentsOf, textResource } from "../testing/text-resource.ts";
import { directoryOf } from "./resource-directory.ts";
import { ResourceSet } from "./resource-set.ts";

const SEED = 99;
const name = fc.nat({ max: 12 }).map((i) => `r${i}`);
const resource = fc
  .tuple(name, fc.nat({ max: 3 }), fc.subarray(["x", "y", "r1"]))
  .map(([name, content, aliases]) => textResource(name, `${content}`, { aliases }));
const edit = fc.record({
  set: fc.array(resource, { maxLength: 4 }),
  deleted: fc.array(name, { maxLength: 4 }),
});

test("a set edited into its content equals one built of it: version, order, aliases", () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 20 }), (edits) => {
      let edited = ResourceSet.EMPTY;
      for (const { set, deleted } of edits) edited = edited.with(set, deleted);
      const rebuilt = ResourceSet.of(edited.all().toReversed());
      assert.equal(edited.version, rebuilt.version);
      assert.equal(edited.size, edited.all().length);
      assert.deepEqual(contentsOf(edited.all()), contentsOf(rebuilt.all()));
      assert.deepEqual(
        edited.all().map(({ name }) => name),
        rebuilt.all().map(({ name }) => name),
      );
      for (const alias of ["x", "y", "r1"]) {
        assert.equal(edited.get(alias)?.version, rebuilt.get(alias)?.version);
      }
      assert.deepEqual(edited.changesSince(rebuilt), []);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test("different content has a different version", () => {
  fc.assert(
    fc.property(edit, edit, (a, b) => {
      const [left, right] = [ResourceSet.of(a.set), ResourceSet.of(b.set)];
      const isEqual = left.changesSince(right).length === 0;
      assert.equal(left.version === right.version, isEqual);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test("what changes nothing answers the very same set", () => {
  const set = ResourceSet.of([textResource("a", "1"), textResource("b")]);
  assert.equal(set.with([textResource("a", "1")], ["unknown"]), set);
  assert.equal(set.replacedBy([textResource("b"), textResource("a", "1")]), set);
  assert.notEqual(set.with([textResource("a", "2")]), set);
});

test("replaced content shares the resources that stay equal", () => {
  const set = ResourceSet.of([textResource("a", "1"), textResource("b"), textResource("c")]);
  const replaced = set.replacedBy([textResource("a", "1"), textResource("c", "new")]);
  assert.equal(replaced.get("a"), set.get("a"));
  assert.equal(replaced.get("b"), undefined);
  assert.deepEqual(replaced.changesSince(set).toSorted(), ["b", "c"]);
  assert.deepEqual(set.changesSince(replaced).toSorted(), ["b", "c"]);
});

test("a name goes before an alias; of several owners of an alias the first by name answers", () => {
  const [one, two] = [
    textResource("v2", "", { aliases: ["host"] }),
    textResource("v1", "", { aliases: ["host"] }),
  ];
  const both = ResourceSet.of([one, two]);
  assert.equal(both.get("host"), two);
  assert.equal(both.with([], ["v1"]).get("host"), one);
  assert.equal(both.with([], ["v1", "v2"]).get("host"), undefined);
  assert.equal(both.with([textResource("host", "own")]).get("host")?.name, "host");
  assert.equal(both.has("host"), false);
});

for (const [resourceName, directory] of [
  ["plain", ""],
  ["a/b", "a/"],
  ["xdstp://auth/Type/dir/x", "xdstp://auth/Type/dir/"],
  ["xdstp://auth/Type/dir/x?zone=a/b", "xdstp://auth/Type/dir/"],
  ["route?x/host", "route?x/"],
] as const) {
  test(`${resourceName} lies in ${JSON.stringify(directory)}`, () => {
    assert.equal(directoryOf(resourceName), directory);
  });
}

test("a directory holds its own level only", () => {
  const set = ResourceSet.of(["d/a", "d/b", "d/e/c", "f"].map((name) => textResource(name)));
  assert.deepEqual(contentsOf(set.inDirectory("d/")), ["d/a=", "d/b="]);
  assert.deepEqual(contentsOf(set.inDirectory("g/")), []);
});
