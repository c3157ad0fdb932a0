import assert from "node:assert/strict";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { type ClientDuplexStream, status as js, type StatusObject } from "@grpc/grpc-js";
import { VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import {
  type CallOutcome,
  encodeFrame,
  Metadata,
  OK_STATUS,
  type RawHandler,
  type RawServerCall,
  STATUS,
  status,
} from "@signalbox/grpc";
import { messageFrame, type NodeReply, readMessage } from "../testing/node-replies.ts";
import { JsClient, toMany } from "../testing/js-client.ts";
import { Rig, type RigOptions } from "../testing/rig.ts";
import { listener, useServer } from "../testing/use-server.ts";
import { useBlackHole } from "../testing/use-sockets.ts";

const DEAD = "127.0.0.1:1";

async function useNodes(t: TestContext, ...handlers: readonly RawHandler[]): Promise<string[]> {
  const nodes = await Promise.all(handlers.map((handler) => useServer(t, handler)));
  return nodes.map(({ address }) => address);
}

function useRig(t: TestContext, options: RigOptions = {}): Promise<Rig> {
  return Rig.use(t, { ...options, proxy: { isStreamed: () => true, ...options.proxy } });
}

/** Sends each request back with a number in front, and ends with the caller. */
function counting(): RawHandler {
  return (call) => {
    let count = 0;
    return listener({
      onMessage: (message) => void call.write(messageFrame(`${++count} ${message.toString()}`)),
      onHalfClose: () => call.end(OK_STATUS, Metadata.of([["x-tail", "t"]])),
    });
  };
}

interface Heard {
  readonly messages: NodeReply[];
  readonly end: Promise<StatusObject>;
}

function hear(call: ClientDuplexStream<Buffer, Buffer>): Heard {
  const messages: NodeReply[] = [];
  call.on("error", () => {});
  call.on("data", (message: Buffer) => void messages.push(readMessage(message)));
  const { promise: end, resolve } = Promise.withResolvers<StatusObject>();
  call.once("status", resolve);
  return { messages, end };
}

test("full duplex in lock-step: one answer a node to each message, counted in order", async (t) => {
  const nodes = await useNodes(t, counting(), counting(), counting());
  const rig = await useRig(t);
  const call = new JsClient(t, rig.address).bidi(toMany(...nodes));
  const heard = hear(call);
  for (let i = 1; i <= 20; i++) {
    call.write(Buffer.from("m"));
    await until(() => heard.messages.length === 3 * i);
    const last = heard.messages.slice(-3);
    assert.deepEqual(last.map(({ hostname }) => hostname).toSorted(), nodes.toSorted());
    for (const { text } of last) assert.equal(text, `${i} m`);
  }
  call.end();
  assert.equal((await heard.end).code, js.OK);
});

test("full duplex at once: each node's answers are in order", async (t) => {
  const nodes = await useNodes(t, counting(), counting(), counting());
  const rig = await useRig(t);
  const call = new JsClient(t, rig.address).bidi(toMany(...nodes));
  const heard = hear(call);
  for (let i = 0; i < 200; i++) call.write(Buffer.from("m"));
  call.end();
  assert.equal((await heard.end).code, js.OK);
  for (const node of nodes) {
    const texts = heard.messages
      .filter(({ hostname }) => hostname === node)
      .map(({ text }) => text);
    assert.deepEqual(
      texts,
      Array.from({ length: 200 }, (_, i) => `${i + 1} m`),
    );
  }
});

test("a node that cannot be reached: one message, then the end, OK", async (t) => {
  const rig = await useRig(t);
  const call = new JsClient(t, rig.address).bidi(toMany(DEAD));
  const heard = hear(call);
  call.end();
  assert.equal((await heard.end).code, js.OK);
  assert.equal(heard.messages.length, 1);
  assert.equal(heard.messages[0]?.hostname, DEAD);
  assert.equal(heard.messages[0]?.code, STATUS.UNAVAILABLE);
});

test("a node whose connection never comes: one message when its budget is used up", async (t) => {
  const [good = ""] = await useNodes(t, counting());
  const hole = await useBlackHole(t);
  const clock = new VirtualClock();
  const rig = await useRig(t, { proxy: { limits: { connectBudgetMs: 400 } }, clock });
  const call = new JsClient(t, rig.address).bidi(toMany(hole, good));
  const heard = hear(call);
  call.write(Buffer.from("m"));
  await until(() => heard.messages.length === 1);
  await clock.advance(400);
  await until(() => heard.messages.length === 2);
  assert.deepEqual(
    heard.messages.map(({ hostname, code }) => [hostname, code]),
    [
      [good, STATUS.OK],
      [hole, STATUS.UNAVAILABLE],
    ],
  );
  call.end();
  assert.equal((await heard.end).code, js.OK);
});

test("an error from all: as many messages, and the call is OK", async (t) => {
  const gone: RawHandler = (call) =>
    listener({ onHalfClose: () => call.end(status(STATUS.NOT_FOUND, "gone")) });
  const nodes = await useNodes(t, gone, gone, gone, gone, gone);
  const rig = await useRig(t);
  const call = new JsClient(t, rig.address).bidi(toMany(...nodes));
  const heard = hear(call);
  call.end();
  assert.equal((await heard.end).code, js.OK);
  assert.deepEqual(heard.messages.map(({ hostname }) => hostname).toSorted(), nodes.toSorted());
  assert.ok(heard.messages.every(({ code }) => code === STATUS.NOT_FOUND));
});

test("a node that fails in the middle ends alone", async (t) => {
  const breaking: RawHandler = (call) =>
    listener({
      onMessage: () => {
        call.write(messageFrame("last"));
        call.end(status(STATUS.ABORTED, "broken"));
      },
    });
  const nodes = await useNodes(t, counting(), breaking);
  const rig = await useRig(t);
  const call = new JsClient(t, rig.address).bidi(toMany(...nodes));
  const heard = hear(call);
  call.write(Buffer.from("m"));
  await until(() => heard.messages.length === 3);
  call.write(Buffer.from("m"));
  await until(() => heard.messages.length === 4);
  call.end();
  assert.equal((await heard.end).code, js.OK);
  const of = (node: string | undefined): NodeReply[] =>
    heard.messages.filter(({ hostname }) => hostname === node);
  assert.deepEqual(
    of(nodes[0]).map(({ text }) => text),
    ["1 m", "2 m"],
  );
  assert.deepEqual(
    of(nodes[1]).map(({ text, code }) => text || code),
    ["last", STATUS.ABORTED],
  );
});

test("headers come with the first message; trailers of the nodes that ended well", async (t) => {
  const withHead = (value: string): RawHandler => {
    return (call) => {
      call.sendHeaders(Metadata.of([["x-head", value]]));
      return listener({
        onHalfClose: () => {
          call.write(messageFrame(value));
          call.end(OK_STATUS, Metadata.of([["x-tail", value]]));
        },
      });
    };
  };
  const [node = ""] = await useNodes(t, withHead("a"));
  const rig = await useRig(t);
  const call = new JsClient(t, rig.address).bidi(toMany(node));
  const headers = once(call, "metadata");
  const ended = once(call, "status");
  call.resume();
  call.end();
  assert.deepEqual((await headers)[0].get("x-head"), ["a"]);
  assert.deepEqual((await ended)[0].metadata.getMap(), { "x-tail": "a" });
});

test("a caller that goes away cancels every node, and nothing is written", async (t) => {
  const ends: CallOutcome[] = [];
  const follow: RawHandler = (call) => {
    call.write(messageFrame("line"));
    return listener({ onClose: (end) => void ends.push(end) });
  };
  const nodes = await useNodes(t, follow, follow, follow);
  const rig = await useRig(t);
  const call = new JsClient(t, rig.address).bidi(toMany(...nodes));
  const heard = hear(call);
  await until(() => heard.messages.length === 3);
  call.cancel();
  assert.equal((await heard.end).code, js.CANCELLED);
  await until(() => ends.length === 3);
  assert.ok(ends.every(({ end }) => end === "cancelled"));
  assert.equal(heard.messages.length, 3);
});

test("a slow node stalls nobody for longer than its budget, and is told so", async (t) => {
  let slow: RawServerCall | undefined;
  const stuck: RawHandler = (call) => {
    slow = call;
    call.pause();
    return listener({});
  };
  let got = 0;
  const quick: RawHandler = (call) =>
    listener({
      onMessage: () => {
        got += 1;
      },
      onHalfClose: () => {
        call.write(messageFrame("done"));
        call.end(OK_STATUS);
      },
    });
  const nodes = await useNodes(t, stuck, quick);
  const clock = new VirtualClock();
  const limits = { maxQueuedBytes: 256 * 1024, stallBudgetMs: 100 };
  const rig = await useRig(t, { proxy: { limits }, clock });
  const call = new JsClient(t, rig.address).bidi(toMany(...nodes));
  const heard = hear(call);
  const total = 128;
  const message = Buffer.alloc(64 * 1024);
  let sent = 0;
  // One at a time, so that the timer of a stall beside that of the connections is the slow node's.
  while (rig.timers < 2) {
    sent += 1;
    call.write(message);
    await until(() => got === sent);
  }
  for (; sent < total; sent++) call.write(message);
  call.end();
  await clock.advance(99);
  assert.equal(heard.messages.length, 0);
  assert.ok(got < total, "the caller was not held back");
  await clock.advance(1);
  assert.equal((await heard.end).code, js.OK);
  assert.equal(got, total);
  const [first, second] = heard.messages;
  assert.deepEqual([first?.hostname, first?.code], [nodes[0], STATUS.RESOURCE_EXHAUSTED]);
  assert.match(first?.error ?? "", /does not take the request: \d+ bytes wait for it/);
  assert.deepEqual([second?.hostname, second?.text], [nodes[1], "done"]);
  await until(() => slow?.isEnded === true);
});

test("a node that ends well without reading the request lets the caller go on", async (t) => {
  let bored: RawServerCall | undefined;
  let got = 0;
  const nodes = await useNodes(
    t,
    (call) => {
      bored = call;
      call.pause();
      return listener({});
    },
    (call) =>
      listener({
        onMessage: () => {
          got += 1;
        },
        onHalfClose: () => call.end(OK_STATUS),
      }),
  );
  const rig = await useRig(t, {
    proxy: { isStreamed: () => true, limits: { maxQueuedBytes: 64 * 1024, stallBudgetMs: 60_000 } },
  });
  const call = new JsClient(t, rig.address).bidi(toMany(...nodes));
  const heard = hear(call);
  const total = 128;
  for (let i = 0; i < total; i++) call.write(Buffer.alloc(64 * 1024));
  call.end();
  await until(() => bored !== undefined);
  for (let last = -1; got !== last; ) {
    last = got;
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(got < total, "the caller was not held back");
  bored?.end(OK_STATUS);
  assert.equal((await heard.end).code, js.OK);
  assert.equal(got, total);
});

test("a slow caller holds every node back, and each gets its turn", async (t) => {
  const written = [0, 0, 0];
  const total = 200;
  const pour = (index: number): RawHandler => {
    const frame = messageFrame("x".repeat(64 * 1024));
    return (call) => {
      const fill = (): void => {
        while ((written[index] ?? 0) < total) {
          written[index] = (written[index] ?? 0) + 1;
          if (!call.write(frame)) return;
        }
        call.end(OK_STATUS);
      };
      return listener({ onHalfClose: fill, onDrain: fill });
    };
  };
  const nodes = await useNodes(t, pour(0), pour(1), pour(2));
  const rig = await useRig(t);
  const call = new JsClient(t, rig.address).bidi(toMany(...nodes));
  call.end();
  call.pause();
  await once(call, "metadata");
  await until(() => written.every((count) => count > 0));
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  const sum = written.reduce((all, one) => all + one, 0);
  assert.ok(sum < 1.5 * total, `${sum} of ${3 * total} messages were written`);
  const heard = hear(call);
  call.resume();
  await until(() => heard.messages.length >= total);
  const early = heard.messages.slice(0, total);
  for (const node of nodes) {
    const share = early.filter(({ hostname }) => hostname === node).length;
    assert.ok(share > total / 10, `a node got ${share} of the first ${total} messages`);
  }
  assert.equal((await heard.end).code, js.OK);
  assert.equal(heard.messages.length, 3 * total);
});

test("at the deadline every node that still runs is told apart, and the call is OK", async (t) => {
  const follow: RawHandler = (call) => {
    call.write(messageFrame("line"));
    return listener({});
  };
  const nodes = await useNodes(t, follow, follow);
  const clock = new VirtualClock();
  const rig = await useRig(t, { proxy: { limits: { partialAnswerMs: 60_000 } }, clock });
  const client = new JsClient(t, rig.address);
  const heard = hear(client.bidi(toMany(...nodes), { deadline: Date.now() + 600_000 }));
  await until(() => heard.messages.length === 2);
  await clock.advance(600_000 - 60_000);
  assert.equal((await heard.end).code, js.OK);
  assert.deepEqual(
    heard.messages.map(({ text, code }) => text || code).toSorted(),
    [STATUS.DEADLINE_EXCEEDED, STATUS.DEADLINE_EXCEEDED, "line", "line"].toSorted(),
  );
});

test("a node that dies: its reply says so while the others go on", async (t) => {
  const nodes = await useNodes(t, counting());
  const dying = await useServer(t, counting());
  const rig = await useRig(t);
  const call = new JsClient(t, rig.address).bidi(toMany(...nodes, dying.address));
  const heard = hear(call);
  call.write(Buffer.from("m"));
  await until(() => heard.messages.length === 2);
  await dying.server.close();
  await until(() => heard.messages.length === 3);
  assert.equal(heard.messages[2]?.hostname, dying.address);
  assert.equal(heard.messages[2]?.code, STATUS.UNAVAILABLE);
  call.write(Buffer.from("m"));
  await until(() => heard.messages.length === 4);
  call.end();
  assert.equal((await heard.end).code, js.OK);
});

test("messages of any length survive any split of chunks", async (t) => {
  const parrot: RawHandler = (call) =>
    listener({
      onMessage: (message) => void call.write(encodeFrame(message).bytes),
      onHalfClose: () => call.end(OK_STATUS),
    });
  const [node = ""] = await useNodes(t, parrot);
  const rig = await useRig(t);
  const call = new JsClient(t, rig.address).bidi(toMany(node));
  const lengths = [0, 1, 16_383, 16_384, 16_385, 65_535, 1_000_000];
  const got: number[] = [];
  call.on("data", (message: Buffer) => void got.push(message.length));
  const ended = once(call, "status");
  for (const length of lengths) call.write(Buffer.alloc(length));
  call.end();
  assert.equal((await ended)[0].code, js.OK);
  const tag = 4 + node.length;
  assert.deepEqual(
    got,
    lengths.map((length) => length + tag),
  );
});
