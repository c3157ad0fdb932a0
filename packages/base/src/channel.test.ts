import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Channel } from "./channel.ts";

async function drain<T>(channel: Channel<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of channel) items.push(item);
  return items;
}

test("items come out in the order in which they went in", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer(), { maxLength: 3000 }), async (sent) => {
      const channel = new Channel<number>(sent.length);
      for (const item of sent) assert.equal(channel.send(item), "sent");
      channel.close();
      assert.deepEqual(await drain(channel), sent);
    }),
    { seed: 1, numRuns: 50 },
  );
});

test("a reader that waits is woken by a send", async () => {
  const channel = new Channel<number>(1);
  const reader = channel[Symbol.asyncIterator]();
  const next = reader.next();
  channel.send(7);
  assert.deepEqual(await next, { value: 7, done: false });
  await reader.return();
});

test("a full channel takes nothing, and takes again once it was read", async () => {
  const channel = new Channel<number>(2);
  assert.equal(channel.send(1), "sent");
  assert.equal(channel.send(2), "sent");
  assert.equal(channel.send(3), "full");
  const reader = channel[Symbol.asyncIterator]();
  await reader.next();
  assert.equal(channel.send(3), "sent");
  assert.equal(channel.size, 2);
  await reader.return();
});

test("a closed channel is read to its end, then throws what it was closed with", async () => {
  const channel = new Channel<number>(4);
  channel.send(1);
  channel.close(new Error("gone"));
  assert.equal(channel.send(2), "closed");
  const seen: number[] = [];
  await assert.rejects(async () => {
    for await (const item of channel) seen.push(item);
  }, /gone/);
  assert.deepEqual(seen, [1]);
});

test("a cut channel throws at once", async () => {
  const channel = new Channel<number>(4);
  channel.send(1);
  channel.cut(new Error("too slow"));
  await assert.rejects(drain(channel), /too slow/);
});

test("a reader that leaves closes the channel for its producer", async () => {
  const channel = new Channel<number>(4);
  channel.send(1);
  for await (const item of channel) {
    assert.equal(item, 1);
    break;
  }
  assert.equal(channel.send(2), "closed");
  assert.equal(channel.size, 0);
});
