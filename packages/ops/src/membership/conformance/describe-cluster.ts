import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Cluster } from "../cluster.ts";
import type { MemberEvent } from "../member.ts";
import type { StaticMember } from "../static-cluster.ts";

/** A cluster to try, with what its backend needs to be taken down. */
export interface ClusterHarness extends AsyncDisposable {
  readonly cluster: Cluster;
}

/** Brings up a cluster in which `self` is asked and `peers` are known. */
export type CreateCluster = (
  self: StaticMember,
  peers: readonly StaticMember[],
) => Promise<ClusterHarness>;

const N1: StaticMember = { id: "n1", addr: "h1:5000" };
const N2: StaticMember = { id: "n2", addr: "h2:5000", tags: { zone: "a" } };

/**
 * What every kind of cluster must do. Registers its cases with node:test.
 *
 * @example
 * ```ts
 * describeCluster("static", (self, peers) => createHarness(self, peers));
 * ```
 */
export function describeCluster(name: string, create: CreateCluster): void {
  describe(`cluster: ${name}`, () => {
    it("knows everyone, itself included, by id", async () => {
      await using harness = await create(N2, [N1]);
      const members = harness.cluster.members();
      assert.deepEqual(
        members.map(({ id, addr, self }) => ({ id, addr, self })),
        [
          { id: "n1", addr: "h1:5000", self: false },
          { id: "n2", addr: "h2:5000", self: true },
        ],
      );
      assert.deepEqual(harness.cluster.self(), members[1]);
    });

    it("orders ids as bytes", async () => {
      await using harness = await create(N1, [
        { id: "\u{1f600}", addr: "h:1" },
        { id: "\uffee", addr: "h:2" },
        { id: "N0", addr: "h:3" },
      ]);
      const ids = harness.cluster.members().map(({ id }) => id);
      assert.deepEqual(ids, ["N0", "n1", "\uffee", "\u{1f600}"]);
    });

    it("gives each caller a list of its own", async () => {
      await using harness = await create(N2, [N1]);
      harness.cluster.members().pop();
      assert.equal(harness.cluster.members().length, 2);
    });

    it("carries tags, and begins alive", async () => {
      await using harness = await create(N2, []);
      const { tags, state } = harness.cluster.self();
      assert.deepEqual([tags, state], [{ zone: "a" }, "alive"]);
    });

    it("tells of a change once it shows, with a higher incarnation", async () => {
      await using harness = await create(N2, [N1]);
      const { cluster } = harness;
      const before = cluster.self().incarnation;
      const seen: MemberEvent[] = [];
      cluster.watch((event) => {
        seen.push(event);
        assert.deepEqual(cluster.self(), event.member);
      });
      await cluster.update({ state: "draining", health: "degraded" });
      const [event] = seen;
      assert.equal(seen.length, 1);
      assert.equal(event?.type, "updated");
      assert.deepEqual(
        [event?.member.id, event?.member.state, event?.member.health],
        ["n2", "draining", "degraded"],
      );
      assert.deepEqual(event?.member.tags, { zone: "a" });
      assert.ok((event?.member.incarnation ?? 0) > before);
    });

    it("keeps the time of the last change of state through other changes", async () => {
      await using harness = await create(N2, []);
      const { sinceMs } = harness.cluster.self();
      await harness.cluster.update({ tags: { zone: "b" } });
      assert.equal(harness.cluster.self().sinceMs, sinceMs);
    });

    it("tells listeners nothing more once they are off", async () => {
      await using harness = await create(N2, []);
      let told = 0;
      const leave = harness.cluster.watch(() => void told++);
      leave();
      leave();
      await harness.cluster.update({ tags: {} });
      assert.equal(told, 0);
    });

    it("lets a listener that throws cost nobody else anything", async () => {
      await using harness = await create(N2, []);
      let told = 0;
      harness.cluster.watch(() => {
        throw new Error("a listener's own fault");
      });
      harness.cluster.watch(() => void told++);
      await harness.cluster.update({ tags: {} });
      assert.equal(told, 1);
    });

    it("leaves once", async () => {
      await using harness = await create(N2, [N1]);
      const types: string[] = [];
      harness.cluster.watch(({ type }) => types.push(type));
      await harness.cluster.close();
      await harness.cluster.close();
      assert.deepEqual(types, ["left"]);
      assert.equal(harness.cluster.self().state, "left");
    });
  });
}
