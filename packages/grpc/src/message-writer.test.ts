import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageWriter, type WritableCall } from "./message-writer.ts";

/** The end of a call at which frames arrive. */
class Receiver implements WritableCall {
  readonly frames: Buffer[] = [];
  isEnded = false;
  hasRoom = true;

  write(frame: Buffer): boolean {
    if (!this.isEnded) this.frames.push(frame);
    return this.hasRoom && !this.isEnded;
  }
}

test("the next message is asked for when there is room, and not before", async () => {
  const call = new Receiver();
  call.hasRoom = false;
  const writer = new MessageWriter(call, false);
  const asked: number[] = [];
  const numbers = (async function* () {
    for (let n = 1; n <= 3; n++) {
      asked.push(n);
      yield n;
    }
  })();
  const written = writer.writeAll(numbers, (n) => Buffer.from([n]));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(asked, [1]);
  call.hasRoom = true;
  writer.wake();
  await written;
  assert.deepEqual(
    call.frames.map((frame) => frame.at(-1)),
    [1, 2, 3],
  );
});

test("once the call is over, nothing is asked for any more, and whoever made messages is told", async () => {
  const call = new Receiver();
  const writer = new MessageWriter(call, false);
  let isTold = false;
  const numbers = (async function* () {
    try {
      for (;;) yield 1;
    } finally {
      isTold = true;
    }
  })();
  call.hasRoom = false;
  const written = writer.writeAll(numbers, (n) => Buffer.from([n]));
  await new Promise((resolve) => setImmediate(resolve));
  call.isEnded = true;
  writer.wake();
  await written;
  assert.equal(isTold, true);
  assert.equal(call.frames.length, 1);
});

test("only messages of some size are packed, and only where that is wanted", async () => {
  const flagOf = async (packs: boolean, bytes: number): Promise<number | undefined> => {
    const call = new Receiver();
    await new MessageWriter(call, packs).write(Buffer.alloc(bytes));
    return call.frames[0]?.[0];
  };
  assert.equal(await flagOf(true, 1024), 1);
  assert.equal(await flagOf(true, 1023), 0);
  assert.equal(await flagOf(false, 1024), 0);
});
