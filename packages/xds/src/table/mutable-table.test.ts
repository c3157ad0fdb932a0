import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "@signalbox/base";
import fc from "fast-check";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { RecordingWatcher } from "../testing/recording-watcher.ts";
import { contentsOf, textResource } from "../testing/text-resource.ts";
import { MutableTable } from "./mutable-table.ts";
import { ResourceSet } from "./resource-set.ts";
import type { TypeEdit } from "./type-state.ts";

const SEED = 2026;
const newTable = (): MutableTable => new MutableTable(TYPE_URLS.endpoint);

test("a table is unknown until it is written, also by nothing", () => {
  const table = newTable();
  assert.equal(table.isKnown, false);
  table.edit({});
  assert.equal(table.isKnown, true);
  assert.equal(table.size, 0);
});

test("a write of equal content is no commit", () => {
  const table = newTable();
  table.edit({ set: [textResource("a", "1")] });
  const watcher = new RecordingWatcher();
  table.watch(watcher).setWildcard(true);
  table.edit({ set: [textResource("a", "1")], delete: ["b"] });
  table.edit({ delete: ["a"], set: [textResource("a", "1")] });
  table.edit({ replaceAll: [textResource("a", "1")] });
  const { contents } = table;
  table.become({ contents: ResourceSet.of([textResource("a", "1")]), givenVersion: undefined });
  assert.equal(table.contents, contents);
  assert.deepEqual(watcher.take(), []);
});

test("resources of another type are refused, and nothing is written", () => {
  const table = newTable();
  const listener = textResource("l", "", { typeUrl: TYPE_URLS.listener });
  assert.throws(
    () => table.edit({ set: [textResource("a"), listener] }),
    (error) => Problem.is(error, "invalid_request"),
  );
  assert.equal(table.isKnown, false);
});

test("a given version is said literally, and a change of it alone is a commit", () => {
  const table = newTable();
  table.edit({ set: [textResource("a")] });
  const derived = table.version;
  const watcher = new RecordingWatcher();
  const watch = table.watch(watcher);
  watch.setWildcard(true);
  table.edit({ version: "v1" });
  assert.equal(table.version, "v1");
  assert.equal(table.givenVersion, "v1");
  assert.equal(table.contents.version, derived);
  assert.deepEqual(watcher.take(), ["(state)"]);

  table.edit({ set: [textResource("a", "2")] });
  assert.equal(table.version, "v1");
  assert.deepEqual(watcher.take(), ["(table)"]);

  table.edit({ version: null });
  assert.equal(table.version, table.contents.version);
  assert.deepEqual(watcher.take(), ["(state)"]);
});

test("watchers are told of what they watch, and once", () => {
  const table = newTable();
  table.edit({ set: [textResource("a"), textResource("d/x")] });
  const [byName, wildcard, directory, idle] = Array.from({ length: 4 }, () => {
    const watcher = new RecordingWatcher();
    return { watcher, watch: table.watch(watcher) };
  }) as [Told, Told, Told, Told];
  byName.watch.addName("a");
  byName.watch.addName("a");
  byName.watch.addName("later");
  wildcard.watch.setWildcard(true);
  wildcard.watch.setDirectories(new Set(["d/"]));
  directory.watch.setDirectories(new Set(["d/"]));

  table.edit({ set: ["d/x", "d/y", "other"].map((name) => textResource(name, "1")) });
  assert.deepEqual(byName.watcher.take(), []);
  assert.deepEqual(wildcard.watcher.take(), ["(table)"]);
  assert.deepEqual(directory.watcher.take(), ["(table)"]);

  table.edit({ set: [textResource("later")], delete: ["a"] });
  assert.deepEqual(byName.watcher.take().toSorted(), ["a", "later"]);
  assert.deepEqual(directory.watcher.take(), []);
  assert.deepEqual(wildcard.watcher.take(), ["(table)"]);

  byName.watch.removeName("a");
  directory.watch.setDirectories(new Set(["e/"]));
  wildcard.watch.close();
  wildcard.watch.close();
  wildcard.watch.setWildcard(true);
  wildcard.watch.addName("a");
  table.edit({ set: [textResource("a", "2"), textResource("d/x", "2"), textResource("e/z")] });
  assert.deepEqual(byName.watcher.take(), []);
  assert.deepEqual(wildcard.watcher.take(), []);
  assert.deepEqual(directory.watcher.take(), ["(table)"]);
  assert.deepEqual(idle.watcher.take(), []);

  for (const { watch } of [byName, directory, idle]) watch.close();
  assert.equal(table.watchCount, 0);
});

interface Told {
  readonly watcher: RecordingWatcher;
  readonly watch: ReturnType<MutableTable["watch"]>;
}

test("who watches an alias is told when its resource comes, changes, and goes", () => {
  const table = newTable();
  const watcher = new RecordingWatcher();
  table.watch(watcher).addName("r/foo.com");
  for (const [edit, told] of [
    [{ set: [textResource("r/v1", "1", { aliases: ["r/foo.com"] })] }, ["(state)", "r/foo.com"]],
    [{ set: [textResource("r/v1", "2", { aliases: ["r/foo.com"] })] }, ["r/foo.com"]],
    [{ set: [textResource("r/v1", "2")] }, ["r/foo.com"]],
    [{ delete: ["r/v1"] }, []],
  ] satisfies [TypeEdit, string[]][]) {
    table.edit(edit);
    assert.deepEqual(watcher.take(), told);
  }
});

test("a table that was cleared is unknown; back again, only what differs has changed", () => {
  const table = newTable();
  table.edit({ set: [textResource("a", "1"), textResource("b", "1")] });
  const watcher = new RecordingWatcher();
  table.watch(watcher).addName("b");
  const before = table.contents;

  table.become(undefined);
  assert.equal(table.isKnown, false);
  assert.equal(table.get("a"), undefined);
  assert.equal(table.size, 0);
  assert.deepEqual(watcher.take(), ["(state)"]);
  table.become(undefined);
  assert.deepEqual(watcher.take(), []);

  table.edit({ set: [textResource("a", "1"), textResource("b", "2")] });
  assert.deepEqual(watcher.take(), ["(state)", "b"]);
  assert.deepEqual(table.contents.changesSince(before), ["b"]);
});

test("a table that is cleared and gets equal contents holds those that streams know", () => {
  const table = newTable();
  table.edit({ set: [textResource("a", "1")] });
  const { contents } = table;
  table.become(undefined);
  table.edit({ set: [textResource("a", "1")] });
  assert.equal(table.contents, contents);
});

test("nobody is told before an announcement is made", () => {
  const table = newTable();
  const watcher = new RecordingWatcher();
  table.watch(watcher).setWildcard(true);
  table.edit({});
  watcher.take();
  const other = newTable();
  other.edit({ set: [textResource("a")] });
  const announce = table.stage(other.state);
  assert.equal(table.size, 1);
  assert.deepEqual(watcher.take(), []);
  announce?.();
  assert.deepEqual(watcher.take(), ["(table)"]);
});

const name = fc.nat({ max: 9 }).map((i) => `r${i}`);
const commit = fc.record({
  set: fc.array(fc.tuple(name, fc.nat({ max: 2 })), { maxLength: 4 }),
  delete: fc.array(name, { maxLength: 3 }),
  isReplacement: fc.boolean(),
  isCleared: fc.nat({ max: 9 }).map((n) => n === 0),
});

test("under any commits the table is a map, and changes bring any copy up to date", () => {
  fc.assert(
    fc.property(fc.array(commit, { maxLength: 25 }), (commits) => {
      const table = newTable();
      const model = new Map<string, string>();
      const copies = [{ copy: new Map<string, string>(), contents: table.contents }];
      for (const { set, delete: deleted, isReplacement, isCleared } of commits) {
        if (isCleared) table.become(undefined);
        if (isReplacement || !table.isKnown) model.clear();
        else for (const name of deleted) model.delete(name);
        for (const [name, content] of set) model.set(name, `${content}`);
        const resources = set.map(([name, content]) => textResource(name, `${content}`));
        table.edit(isReplacement ? { replaceAll: resources } : { set: resources, delete: deleted });
        copies.push({ copy: new Map(model), contents: table.contents });
        assert.deepEqual(contentsOf(table.all()), toContents(model));
        assert.equal(table.size, model.size);
      }
      for (const { copy, contents } of copies) {
        const names = table.contents.changesSince(contents);
        assert.equal(new Set(names).size, names.length);
        for (const name of names) {
          const resource = table.get(name);
          if (resource === undefined) copy.delete(name);
          else copy.set(name, Buffer.from(resource.bytes).toString());
        }
        assert.deepEqual(toContents(copy), toContents(model));
      }
    }),
    { seed: SEED, numRuns: 500 },
  );
});

const toContents = (model: ReadonlyMap<string, string>): string[] =>
  Array.from(model, ([name, content]) => `${name}=${content}`).toSorted();
