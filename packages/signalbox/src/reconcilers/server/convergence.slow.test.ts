import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Problem } from "@signalbox/base";
import fc from "fast-check";
import { findCondition } from "../../model/condition.ts";
import { IMAGE, NETWORK, SERVER } from "../../model/kinds.ts";
import { retryServer } from "../../model/server-power.ts";
import type { Server } from "../../model/server.ts";
import { type Op, someOps } from "../testing/chaos-op.ts";
import { image, IMAGE_ID, network, OTHER_IMAGE_ID, server } from "../testing/fixtures.ts";
import { type Rig, startRig } from "../testing/rig.ts";
import { ref, withImage } from "../testing/server-rig.ts";
import { asUser } from "../testing/user-writes.ts";

const SEEDS = [20_260_104, 20_260_105, 20_260_106];
const RUNS_A_SEED = 100;

// The whole of it at work: feed, queue, reconcilers, resync, provider. Users write, calls fail,
// hang and are slow, machines and guests die, writes are lost, all at once.

/** One run: three servers that come and go under ids of their own. */
class Run {
  readonly #rig: Rig;
  readonly #ids: readonly string[];
  readonly #loseWrites: (count: number) => void;
  #incarnations = 0;
  /** Servers whose guest has shut itself down: their wish is no longer the user's alone. */
  readonly #shutDown = new Set<string>();
  /** By incarnation, what the user asked for last. */
  readonly #wishes = new Map<string, Server["power"]["desired"]>();

  constructor(rig: Rig, number: number, loseWrites: (count: number) => void) {
    this.#rig = rig;
    this.#loseWrites = loseWrites;
    this.#ids = [0, 1, 2].map(
      (slot) => `aaaaaaaa-0000-4000-800${slot}-${String(number).padStart(12, "0")}`,
    );
  }

  /** Brings up every server. */
  async grow(): Promise<void> {
    for (const id of this.#ids) await this.#create(id);
    await this.#rig.elapse(2_000, 100);
  }

  async apply(op: Op): Promise<void> {
    const { faults } = this.#rig.provider;
    switch (op.type) {
      case "create":
        return this.#create(this.#idOf(op.slot));
      case "verb":
        return this.#write(this.#idOf(op.slot), (present) => asUser(present, op.verb));
      case "image":
        return this.#write(this.#idOf(op.slot), (present) =>
          present.spec.imageId === op.imageId ? present : withImage(op.imageId)(present),
        );
      case "die":
      case "shutDown":
        return this.#strike(this.#idOf(op.slot), op.type);
      case "fault":
        return void faults.inject(op);
      case "badWork": {
        const reason = op.on === "boot" ? "boot_timeout" : "rebuild_failed";
        const fault = { reason, message: "made to fail by a test" } as const;
        return void faults.inject({ on: op.on, fault, times: op.times });
      }
      case "lostWrites":
        return this.#loseWrites(op.count);
      case "time":
        return this.#rig.elapse(op.ms, 100);
    }
  }

  /** One server has one machine, whatever goes on. */
  async assertNoTwins(signal: AbortSignal): Promise<void> {
    const machines = await this.#rig.provider.listServers({ signal });
    const ids = machines.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, "a server has two machines");
  }

  /** Nothing fails any more; what was given up is asked for once more. */
  async settle(): Promise<void> {
    this.#rig.provider.faults.clear();
    this.#loseWrites(0);
    await this.#rig.elapse(400_000, 2_000);
    for (const id of this.#ids) {
      await this.#write(id, (present) => {
        const retried = retryServer(present);
        return retried.ok ? retried.value : present;
      });
    }
    await this.#rig.elapse(60_000, 1_000);
  }

  async assertConverged(signal: AbortSignal): Promise<void> {
    for (const id of this.#ids) {
      const stored = this.#rig.store.get(SERVER, id)?.value;
      const machines = await this.#rig.provider.listServers({ signal });
      const own = machines.filter((machine) => machine.id === id);
      assert.deepEqual(own, stored === undefined ? [] : [ref(stored)]);
      if (stored !== undefined) await this.#assertAsAsked(stored, signal);
    }
  }

  async #assertAsAsked(stored: Server, signal: AbortSignal): Promise<void> {
    const { metadata, power, spec, status, incarnation } = stored;
    assert.equal(metadata.deletedAt, undefined, "it should be gone");
    const machine = await this.#rig.provider.observeServer(ref(stored), { signal });
    const isOff = machine.power === "stopped" || machine.power === "failed";
    assert.ok(power.desired === "running" ? machine.power === "running" : isOff, machine.power);
    assert.equal(machine.imageId, spec.imageId);
    assert.equal(status.imageId, spec.imageId);
    assert.equal(status.rebuild, undefined);
    assert.equal(status.powerState, power.desired === "running" ? "Running" : "Stopped");
    assert.equal(status.publicIP !== undefined, spec.networking.publicIP === true);
    const available = findCondition(metadata.conditions, "Available");
    assert.deepEqual(
      [available?.reason, available?.observedGeneration],
      ["Provisioned", metadata.generation],
    );
    if (this.#shutDown.has(incarnation)) return;
    assert.equal(power.desired, this.#wishes.get(incarnation), "nobody asked for that power");
  }

  /** Deletes what is left, and proves that nothing of it stays. */
  async cleanUp(signal: AbortSignal): Promise<void> {
    for (const id of this.#ids) await this.#write(id, (present) => asUser(present, "delete"));
    await this.#rig.elapse(10_000, 1_000);
    assert.deepEqual(await this.#rig.provider.listServers({ signal }), []);
    assert.deepEqual(this.#rig.store.list(SERVER).items, []);
  }

  async #create(id: string): Promise<void> {
    if (this.#rig.store.get(SERVER, id) !== undefined) return;
    const count = String(++this.#incarnations).padStart(12, "0");
    const incarnation = `bbbbbbbb-0000-4000-${id.slice(-4)}-${count}`;
    this.#wishes.set(incarnation, "running");
    await this.#rig.put(SERVER, server(id, { incarnation }));
  }

  async #write(id: string, change: (present: Server) => Server): Promise<void> {
    const present = this.#rig.store.get(SERVER, id)?.value;
    if (present === undefined || present.metadata.deletedAt !== undefined) return;
    await this.#rig.change(SERVER, id, (stored) => {
      const next = change(stored);
      if (next.power !== stored.power) this.#wishes.set(next.incarnation, next.power.desired);
      return next;
    });
  }

  async #strike(id: string, how: "die" | "shutDown"): Promise<void> {
    const present = this.#rig.store.get(SERVER, id)?.value;
    if (present === undefined) return;
    try {
      if (how === "die") this.#rig.provider.exit(ref(present));
      else {
        this.#rig.provider.shutDown(ref(present));
        this.#shutDown.add(present.incarnation);
      }
    } catch (error) {
      // It does not run, or is not there.
      if (!Problem.is(error, "conflict") && !Problem.is(error, "not_found")) throw error;
    }
  }

  #idOf(slot: number): string {
    return this.#ids[slot] ?? assert.fail();
  }
}

describe("whatever users do while the provider fails, hangs and loses machines", () => {
  for (const seed of SEEDS) {
    it(`all ends as it was asked for (seed ${seed})`, { timeout: 240_000 }, async (t) => {
      let writesToLose = 0;
      const rig = await startRig(t, {
        settings: { serverTimeoutMs: 5_000 },
        beforeWrite: () => {
          if (writesToLose === 0) return;
          writesToLose--;
          throw new Problem("store_unavailable", "lost by a test");
        },
      });
      await rig.put(NETWORK, network());
      for (const id of [IMAGE_ID, OTHER_IMAGE_ID]) await rig.put(IMAGE, image(id));
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.boolean(), someOps, async (isGrown, ops) => {
          const run = new Run(rig, runs++, (count) => (writesToLose = count));
          try {
            if (isGrown) await run.grow();
            for (const op of ops) {
              await run.apply(op);
              await run.assertNoTwins(t.signal);
            }
            await run.settle();
            await run.assertConverged(t.signal);
          } finally {
            rig.provider.faults.clear();
            await run.cleanUp(t.signal);
          }
        }),
        { seed, numRuns: RUNS_A_SEED },
      );
    });
  }
});
