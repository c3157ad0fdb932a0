import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestStream } from "./request-stream.ts";

function scene(): { stream: RequestStream<string>; flow: string[] } {
  const flow: string[] = [];
  const stream = new RequestStream((message) => message.toString(), {
    pause: () => flow.push("pause"),
    resume: () => flow.push("resume"),
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

test("sixteen messages hold the client back, and so do many bytes", async () => {
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

test("the end of the call is thrown at the reader, and what waited is dropped", async () => {
  const { stream } = scene();
  stream.push(Buffer.from("a"));
  stream.end(new Error("cancelled"));
  await assert.rejects(stream.next(), /cancelled/);
  assert.deepEqual(await stream.next().catch(String), "Error: cancelled");
});

test("leaving the loop lets the rest flow past", async () => {
  const { stream, flow } = scene();
  for (let i = 0; i < 20; i++) stream.push(Buffer.from(String(i)));
  for await (const value of stream) if (value === "3") break;
  stream.push(Buffer.from("late"));
  assert.equal(flow.at(-1), "resume");
  assert.deepEqual(await stream.next(), { done: true, value: undefined });
});

test("a malformed message is thrown", async () => {
  const stream = new RequestStream(
    () => {
      throw new Error("malformed");
    },
    { pause: () => {}, resume: () => {} },
  );
  stream.push(Buffer.from("?"));
  await assert.rejects(stream.next(), /malformed/);
});

test("two readers at once are refused", async () => {
  const { stream } = scene();
  const first = stream.next();
  await assert.rejects(stream.next(), TypeError);
  stream.end();
  assert.equal((await first).done, true);
});
