import assert from "node:assert/strict";
import { test } from "node:test";
import { Slots } from "./slots.ts";

const never = new AbortController().signal;

test("never more at a time than there are slots, first come first served", async () => {
  const slots = new Slots(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const work = (n: number) =>
    slots.run(never, async () => {
      running += 1;
      most = Math.max(most, running);
      order.push(n);
      await new Promise(setImmediate);
      running -= 1;
    });
  await Promise.all([1, 2, 3, 4, 5].map(work));
  assert.equal(most, 2);
  assert.deepEqual(order, [1, 2, 3, 4, 5]);
});

test("a failure gives its slot back, and twice is once", async () => {
  const slots = new Slots(1);
  await assert.rejects(slots.run(never, () => Promise.reject(new Error("no"))));
  const release = slots.tryAcquire();
  assert.ok(release);
  assert.equal(slots.tryAcquire(), undefined);
  release();
  release();
  assert.ok(slots.tryAcquire());
  assert.equal(slots.tryAcquire(), undefined);
});

test("who gives up waiting takes no slot", async () => {
  const slots = new Slots(1);
  const release = slots.tryAcquire();
  const giving = new AbortController();
  const reason = new Error("enough");
  const waiting = slots.acquire(giving.signal);
  giving.abort(reason);
  await assert.rejects(waiting, (error) => error === reason);
  release?.();
  assert.ok(slots.tryAcquire());
});
