import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { History, RecordedChange, RecordedEvent, RecordedWatch } from "./history.ts";
import { WATCH_VALIDATORS, type WatchGuarantee } from "./validators.ts";

const change = (kind: string, id: string, line = `${kind}/${id}`): RecordedChange => ({
  kind,
  id,
  line,
});
const commit = (revision: number, ...changes: RecordedChange[]): RecordedEvent => ({
  type: "commit",
  revision,
  changes,
});
const bookmark = (revision: number): RecordedEvent => ({ type: "bookmark", revision });

const A = change("widget", "a");
const B = change("widget", "b");
const G = change("gadget", "g");
const COMMITS = [
  { revision: 1, changes: [A] },
  { revision: 2, changes: [G] },
  { revision: 3, changes: [A, G] },
  { revision: 4, changes: [B] },
  { revision: 5, changes: [A, B] },
];
const [ONE, TWO, THREE, FOUR, FIVE] = COMMITS.map(({ revision, changes }) =>
  commit(revision, ...changes),
) as [RecordedEvent, RecordedEvent, RecordedEvent, RecordedEvent, RecordedEvent];

function historyOf(events: RecordedEvent[], watch: Partial<RecordedWatch> = {}): History {
  return {
    commits: COMMITS,
    watches: [{ reader: "reader", kinds: undefined, from: 0, events, ...watch }],
  };
}

/** The guarantees that a history breaks. */
function broken(history: History): WatchGuarantee[] {
  const names = Object.keys(WATCH_VALIDATORS) as WatchGuarantee[];
  return names.filter((name) => WATCH_VALIDATORS[name](history).length > 0);
}

describe("a sound history breaks nothing", () => {
  it("with everything", () => {
    assert.deepEqual(broken(historyOf([ONE, TWO, THREE, bookmark(3), FOUR, FIVE])), []);
  });
  it("with one kind of several", () => {
    const events = [commit(2, G), commit(3, G), bookmark(4), bookmark(5)];
    assert.deepEqual(broken(historyOf(events, { kinds: ["gadget"] })), []);
  });
  it("resumed, with changes of one revision in another order", () => {
    assert.deepEqual(broken(historyOf([commit(3, G, A), FOUR], { from: 2 })), []);
  });
  it("without any event", () => {
    assert.deepEqual(broken(historyOf([])), []);
  });
});

describe("each guarantee is missed by its own validator", () => {
  it("ordered", () => {
    assert.ok(broken(historyOf([ONE, THREE, TWO, FOUR])).includes("ordered"));
  });
  it("ordered, also between commits and bookmarks", () => {
    assert.ok(broken(historyOf([ONE, TWO, bookmark(2), bookmark(1)])).includes("ordered"));
  });
  it("unique", () => {
    assert.deepEqual(broken(historyOf([ONE, TWO, TWO, THREE])), ["unique"]);
  });
  it("unique, also inside one commit", () => {
    assert.ok(broken(historyOf([commit(1, A, A)])).includes("unique"));
  });
  it("atomic: a revision in two halves", () => {
    assert.deepEqual(broken(historyOf([ONE, TWO, commit(3, A), commit(3, G), FOUR])), ["atomic"]);
  });
  it("atomic: half a revision", () => {
    assert.deepEqual(broken(historyOf([ONE, TWO, commit(3, A), FOUR])), ["atomic"]);
  });
  it("atomic: another value than was written", () => {
    assert.deepEqual(broken(historyOf([commit(1, change("widget", "a", "other")), TWO])), [
      "atomic",
    ]);
  });
  it("atomic: a revision that nobody wrote", () => {
    assert.deepEqual(broken(historyOf([ONE, TWO, THREE, FOUR, FIVE, commit(6, A)])), ["atomic"]);
  });
  it("atomic: a kind that was not asked for", () => {
    assert.deepEqual(broken(historyOf([TWO, THREE], { kinds: ["gadget"] })), ["atomic"]);
  });
  it("reliable", () => {
    assert.deepEqual(broken(historyOf([ONE, THREE, FOUR])), ["reliable"]);
  });
  it("resumable: left out what comes first", () => {
    assert.deepEqual(broken(historyOf([FOUR, FIVE], { from: 2 })), ["resumable"]);
  });
  it("resumable: sent what was before", () => {
    assert.deepEqual(broken(historyOf([TWO, THREE], { from: 2 })), ["resumable"]);
  });
  it("bookmarkable: before everything up to it was sent", () => {
    assert.ok(broken(historyOf([ONE, TWO, bookmark(4), FOUR])).includes("bookmarkable"));
  });
  it("bookmarkable: something up to it comes later", () => {
    assert.deepEqual(broken(historyOf([ONE, TWO, bookmark(2), TWO, THREE])), [
      "unique",
      "bookmarkable",
    ]);
  });
});
