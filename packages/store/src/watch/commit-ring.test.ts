import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Commit } from "../commit/commit.ts";
import { CommitRing } from "./commit-ring.ts";

function commitOf(revision: number, size: number): Commit {
  const previous = { kind: "k", id: "i", value: 1, revision: 1, createdRevision: 1 };
  const changes = Array.from({ length: size }, () => ({
    type: "deleted" as const,
    previous,
    revision,
  }));
  return { type: "commit", revision, changes };
}

describe("CommitRing", () => {
  it("has all after a revision, or says that it has not", () => {
    const size = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(fc.array(size, { maxLength: 60 }), fc.nat(70), fc.nat(70), (sizes, at, cut) => {
        const ring = new CommitRing(20, 0);
        for (const [n, changes] of sizes.entries()) ring.add(commitOf(n + 1, changes));
        const forgotten = Math.min(cut, sizes.length);
        ring.forget(forgotten);
        const got = ring.after(at, 1000)?.map(({ revision }) => revision);
        const all = sizes.map((_, n) => n + 1).filter((revision) => revision > at);
        const fits = sizes.slice(at).reduce((sum, changes) => sum + changes, 0) <= 20;
        if (at >= forgotten && fits) assert.deepEqual(got, all);
        else assert.equal(got, undefined);
      }),
      { seed: 1 },
    );
  });

  it("gives a page at a time", () => {
    const ring = new CommitRing(100, 0);
    for (let revision = 1; revision <= 9; revision++) ring.add(commitOf(revision, 1));
    const page = ring.after(3, 2)?.map(({ revision }) => revision);
    assert.deepEqual(page, [4, 5]);
  });

  it("stays bounded over many commits", () => {
    const ring = new CommitRing(10, 0);
    for (let revision = 1; revision <= 5000; revision++) ring.add(commitOf(revision, 1));
    assert.equal(ring.after(4989, 1000), undefined);
    assert.equal(ring.after(4990, 1000)?.length, 10);
  });

  it("knows nothing of what was committed before it was made", () => {
    const ring = new CommitRing(10, 7);
    assert.equal(ring.after(6, 10), undefined);
    assert.deepEqual(ring.after(7, 10), []);
  });
});
