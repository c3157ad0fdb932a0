import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HashTrie, hashName } from "./hash-trie.ts";

const SEED = 4711;

interface Entry {
  readonly name: string;
  readonly value: number;
}

const equal = (a: Entry, b: Entry): boolean => a.value === b.value;

function entriesOf(trie: HashTrie<Entry>): Entry[] {
  const entries: Entry[] = [];
  trie.forEach((entry) => entries.push(entry));
  return entries;
}

/** Names whose hashes are equal over all 32 bits. */
function collidingNames(): string[][] {
  const byHash = Map.groupBy(
    Array.from({ length: 250_000 }, (_, i) => `${Math.imul(i, 0x9e3779b1)}/${i ^ (i << 7)}`),
    hashName,
  );
  return [...byHash.values()].filter(({ length }) => length > 1);
}
const COLLIDING = collidingNames();

const name = fc.oneof(
  fc.constantFrom(...COLLIDING.slice(0, 3).flat()),
  fc.nat({ max: 60 }).map((i) => `cluster-${i}`),
);
const steps = fc.array(fc.tuple(name, fc.option(fc.nat({ max: 2 }), { nil: undefined })), {
  maxLength: 120,
});
type Step = readonly [name: string, value: number | undefined];

function apply(trie: HashTrie<Entry>, model: Map<string, Entry>, all: readonly Step[]) {
  let next = trie;
  for (const [name, value] of all) {
    if (value === undefined) {
      next = next.delete(name);
      model.delete(name);
    } else {
      const entry = { name, value };
      next = next.set(entry);
      model.set(name, entry);
    }
  }
  return next;
}

test("there are names that collide, or the tests below prove less than they say", () => {
  assert.ok(COLLIDING.length >= 3);
});

test("a trie is a map, and leaves what it was made from alone", () => {
  fc.assert(
    fc.property(steps, steps, (first, second) => {
      const model = new Map<string, Entry>();
      const trie = apply(HashTrie.empty<Entry>(), model, first);
      const before = entriesOf(trie);
      const changed = apply(trie, model, second);
      assert.deepEqual(entriesOf(trie), before);
      for (const name of [...first, ...second].map(([name]) => name)) {
        assert.equal(changed.get(name), model.get(name));
      }
      assert.equal(entriesOf(changed).length, model.size);
      assert.equal(changed.isEmpty, model.size === 0);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test("equal content has an equal shape, and is walked in equal order, whatever the history", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const model = new Map<string, Entry>();
      const trie = apply(HashTrie.empty<Entry>(), model, all);
      let rebuilt = HashTrie.empty<Entry>();
      for (const entry of [...model.values()].toReversed()) rebuilt = rebuilt.set(entry);
      assert.deepEqual(entriesOf(trie), entriesOf(rebuilt));
      const built = HashTrie.of(model.values());
      assert.deepEqual(entriesOf(trie), entriesOf(built));
      assert.deepEqual(
        [trie, rebuilt].map(({ nodeCount }) => nodeCount),
        [built.nodeCount, built.nodeCount],
      );
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test("differences are the names that differ, each once, related or not", () => {
  fc.assert(
    fc.property(steps, steps, fc.boolean(), (first, second, isRelated) => {
      const [a, b] = [new Map<string, Entry>(), new Map<string, Entry>()];
      const left = apply(HashTrie.empty<Entry>(), a, first);
      if (isRelated) for (const [name, entry] of a) b.set(name, entry);
      const right = apply(isRelated ? left : HashTrie.empty<Entry>(), b, second);
      const expected = [...new Set([...a.keys(), ...b.keys()])].filter(
        (name) => a.get(name)?.value !== b.get(name)?.value,
      );
      assert.deepEqual(left.differences(right, equal).toSorted(), expected.toSorted());
      assert.deepEqual(right.differences(left, equal).toSorted(), expected.toSorted());
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test("comparing a trie with one made from it looks at few entries", () => {
  let trie = HashTrie.empty<Entry>();
  for (let i = 0; i < 10_000; i++) trie = trie.set({ name: `cluster-${i}`, value: 0 });
  const changed = trie.set({ name: "cluster-7", value: 1 }).delete("cluster-8");
  let compared = 0;
  const names = trie.differences(changed, (a, b) => {
    compared++;
    return a.value === b.value;
  });
  assert.deepEqual(names.toSorted(), ["cluster-7", "cluster-8"]);
  assert.ok(compared < 200, `${compared} entries were compared`);
});
