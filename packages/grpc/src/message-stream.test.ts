import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageStream } from "./message-stream.ts";

function scene(): { stream: MessageStream<string>; flow: string[] } {
  const flow: string[] = [];
  const stream = new MessageStream((message) => message.toString(), {
    pause: () => flow.push("pause"),
    resume: () => flow.push("resume"),
    leave: () => flow.push("leave"),
  });
  return { stream, flow };
}

test("what came before the reader, and what comes after", async () => {
  const { stream } = scene();
  stream.push(Buffer.from("a"));
  assert.deepEqual(await stream.next(), { done: false, value: "a" });
  const waiting = stream.next();
  stream.push(Buffer.from("b"));
  stream.push(Buffer.from("c"));
  stream.end();
  assert.deepEqual(await waiting, { done: false, value: "b" });
  assert.deepEqual(await Array.fromAsync(stream), ["c"]);
});

test("sixteen messages hold the sender back, and so do many bytes", async () => {
  const { stream, flow } = scene();
  for (let i = 0; i < 15; i++) stream.push(Buffer.from("x"));
  assert.deepEqual(flow, []);
  stream.push(Buffer.from("x"));
  assert.deepEqual(flow, ["pause"]);
  for (let i = 0; i < 16; i++) await stream.next();
  assert.deepEqual(flow, ["pause", "resume"]);
  stream.push(Buffer.alloc(70_000));
  assert.deepEqual(flow, ["pause", "resume", "pause"]);
});

test("a message that a reader waits for holds nobody back", async () => {
  const { stream, flow } = scene();
  const waiting = stream.next();
  stream.push(Buffer.alloc(70_000));
  await waiting;
  assert.deepEqual(flow, ["resume"]);
});

test("an end with an error comes behind all messages, and is thrown once", async () => {
  const { stream } = scene();
  stream.push(Buffer.from("a"));
  stream.end(new Error("broken"));
  stream.end();
  assert.deepEqual(await stream.next(), { done: false, value: "a" });
  await assert.rejects(stream.next(), /broken/);
  assert.deepEqual(await stream.next(), { done: true, value: undefined });
});

test("an abort is thrown at once, and what waited is dropped, behind a clean end too", async () => {
  for (const isEnded of [false, true]) {
    const { stream } = scene();
    stream.push(Buffer.from("a"));
    if (isEnded) stream.end();
    stream.abort(new Error("cancelled"));
    await assert.rejects(stream.next(), /cancelled/);
    assert.deepEqual(await stream.next(), { done: true, value: undefined });
  }
});

test("an abort is thrown at a reader that waits", async () => {
  const { stream } = scene();
  const waiting = stream.next();
  stream.abort(new Error("cancelled"));
  await assert.rejects(waiting, /cancelled/);
});

test("leaving the loop drops the rest, and says so", async () => {
  const { stream, flow } = scene();
  for (let i = 0; i < 20; i++) stream.push(Buffer.from(String(i)));
  for await (const value of stream) if (value === "3") break;
  stream.push(Buffer.from("late"));
  assert.equal(flow.at(-1), "leave");
  assert.deepEqual(await stream.next(), { done: true, value: undefined });
});

test("a malformed message is thrown, and ends the reading", async () => {
  const flow: string[] = [];
  const stream = new MessageStream(
    (message) => {
      throw new Error(`malformed: ${message.toString()}`);
    },
    { pause: () => {}, resume: () => {}, leave: () => flow.push("leave") },
  );
  stream.push(Buffer.from("one"));
  stream.push(Buffer.from("two"));
  await assert.rejects(stream.next(), /malformed: one/);
  assert.deepEqual(flow, ["leave"]);
  assert.deepEqual(await stream.next(), { done: true, value: undefined });
});

test("two readers at once are refused", async () => {
  const { stream } = scene();
  const first = stream.next();
  await assert.rejects(stream.next(), TypeError);
  stream.end();
  assert.equal((await first).done, true);
});
