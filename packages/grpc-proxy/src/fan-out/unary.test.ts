import assert from "node:assert/strict";
import { connect } from "node:http2";
import { test, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { status as js } from "@grpc/grpc-js";
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
import { noEnvelope, wrappingEnvelope } from "../envelope/envelope.ts";
import { answers, readReplies, replyFrame } from "../testing/node-replies.ts";
import { fields, JsClient, toMany, type UnaryAnswer } from "../testing/js-client.ts";
import { Rig } from "../testing/rig.ts";
import { listener, useServer } from "../testing/use-server.ts";
import { useBlackHole } from "../testing/use-sockets.ts";
import type { NodeOutcome } from "./node-status.ts";

const DEAD = "127.0.0.1:1";

/** Of calls on a virtual clock: in real time it never comes. */
const DEADLINE_MS = 600_000;
const PARTIAL = { partialAnswerMs: 60_000 };

function fails(code: Parameters<typeof status>[0], text: string): RawHandler {
  return (call) => listener({ onHalfClose: () => call.end(status(code, text)) });
}

/** Starts as many nodes as there are handlers. */
async function useNodes(t: TestContext, ...handlers: readonly RawHandler[]): Promise<string[]> {
  const nodes = await Promise.all(handlers.map((handler) => useServer(t, handler)));
  return nodes.map(({ address }) => address);
}

/** A node that answers when the test says so. */
function held(): { readonly handler: RawHandler; readonly calls: RawServerCall[] } {
  const calls: RawServerCall[] = [];
  return {
    calls,
    handler: (call) => {
      calls.push(call);
      return listener({});
    },
  };
}

function answer(call: RawServerCall | undefined, text: string): void {
  call?.write(replyFrame(text));
  call?.end(OK_STATUS);
}

test("every node answers once, under its own name, one named twice twice", async (t) => {
  const names = ["n0", "n1", "n2", "n3", "n4"];
  const nodes = await useNodes(t, ...names.map(answers));
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  for (const targets of [[1, 2], [3, 2, 1], [0, 4], [3], [1, 1]]) {
    const wanted = targets.map((index) => nodes[index] ?? "");
    const { error, reply } = await client.unary(toMany(...wanted), "x");
    assert.equal(error, null);
    const got = readReplies(reply).map(({ hostname, text }) => `${hostname} ${text}`);
    const expected = targets.map((index) => `${nodes[index]} n${index}`);
    assert.deepEqual(got.toSorted(), expected.toSorted());
  }
});

test("failures of nodes are folded, and the call is OK", async (t) => {
  const nodes = await useNodes(t, answers("a"), fails(STATUS.PERMISSION_DENIED, "not authorized"));
  const rig = await Rig.use(t, { plan: { order: "request" } });
  const [good = "", refusing = ""] = nodes;
  const client = new JsClient(t, rig.address);
  const { error, reply, headers, trailers } = await client.unary(toMany(good, DEAD, refusing));
  assert.equal(error, null);
  const [one, two, three, ...rest] = readReplies(reply);
  assert.deepEqual(one, { hostname: good, error: "", code: 0, text: "a" });
  assert.equal(two?.hostname, DEAD);
  assert.equal(two.code, STATUS.UNAVAILABLE);
  assert.match(two.error, /^rpc error: code = Unavailable desc = connection error/);
  assert.equal(three?.error, "rpc error: code = PermissionDenied desc = not authorized");
  assert.equal(three.code, STATUS.PERMISSION_DENIED);
  assert.deepEqual(rest, []);
  assert.deepEqual(headers?.get("x-head"), ["a"]);
  assert.deepEqual(trailers?.getMap(), { "x-tail": "a" });
});

test("an error from all: as many error replies, and the call is OK", async (t) => {
  const nodes = await useNodes(t, ...Array<RawHandler>(5).fill(fails(STATUS.NOT_FOUND, "gone")));
  const rig = await Rig.use(t);
  const { error, reply } = await new JsClient(t, rig.address).unary(toMany(...nodes));
  assert.equal(error, null);
  assert.deepEqual(
    readReplies(reply).map(({ code }) => code),
    [5, 5, 5, 5, 5],
  );
});

test("fifty calls at once to five nodes each", async (t) => {
  const nodes = await useNodes(t, ...["n0", "n1", "n2", "n3", "n4"].map(answers));
  const rig = await Rig.use(t, { plan: { order: "request" } });
  const client = new JsClient(t, rig.address);
  const ask = (): Promise<UnaryAnswer> => client.unary(toMany(...nodes), "x");
  for (const { error, reply } of await Promise.all(Array.from({ length: 50 }, ask))) {
    assert.equal(error, null);
    assert.deepEqual(
      readReplies(reply).map(({ hostname, text }) => `${hostname} ${text}`),
      nodes.map((node, index) => `${node} n${index}`),
    );
  }
});

test("one node still gets an envelope", async (t) => {
  const [node = ""] = await useNodes(t, answers("a"));
  const rig = await Rig.use(t);
  const { reply } = await new JsClient(t, rig.address).unary(toMany(node));
  assert.deepEqual(readReplies(reply), [{ hostname: node, error: "", code: 0, text: "a" }]);
});

test("headers and trailers of all nodes are put together, nothing replaced", async (t) => {
  const nodes = await useNodes(t, answers("a"), answers("b"));
  const rig = await Rig.use(t);
  const { headers, trailers } = await new JsClient(t, rig.address).unary(toMany(...nodes));
  const values = (list: readonly unknown[] | undefined): string[] =>
    String(list).split(/, ?/).toSorted();
  assert.deepEqual(values(headers?.get("x-head")), ["a", "b"]);
  assert.deepEqual(Object.keys(trailers?.getMap() ?? {}), ["x-tail"]);
  assert.deepEqual(values(trailers?.get("x-tail")), ["a", "b"]);
});

test("replies in the order of the request, however they come", async (t) => {
  const slow = held();
  const [first = "", second = ""] = await useNodes(t, slow.handler, answers("second"));
  const rig = await Rig.use(t, { plan: { order: "request" } });
  const answered = new JsClient(t, rig.address).unary(toMany(first, second));
  await until(() => slow.calls.length === 1 && rig.outgoingCalls === 1);
  answer(slow.calls[0], "first");
  const { reply } = await answered;
  assert.deepEqual(
    readReplies(reply).map(({ text }) => text),
    ["first", "second"],
  );
});

test("many, zero and unknown replies of one node", async (t) => {
  const raw = (hex: string): RawHandler => {
    return (call) =>
      listener({
        onHalfClose: () => {
          if (hex !== "none") call.write(encodeFrame(Buffer.from(hex, "hex")).bytes);
          call.end(OK_STATUS);
        },
      });
  };
  const nodes = await useNodes(t, raw("0a031201610a03120162"), raw(""), raw("0a031201631a0179"));
  const rig = await Rig.use(t, { plan: { order: "request" } });
  const { error, reply } = await new JsClient(t, rig.address).unary(toMany(...nodes));
  assert.equal(error, null);
  assert.deepEqual(
    readReplies(reply).map(({ hostname, text }) => [nodes.indexOf(hostname), text]),
    [
      [0, "a"],
      [0, "b"],
      [1, ""],
      [2, "c"],
    ],
  );
});

test("a node that sends a second message, and one that fails behind a message, hang nobody", async (t) => {
  const nodes = await useNodes(
    t,
    (call) =>
      listener({
        onHalfClose: () => {
          for (const text of ["a", "b", "c", "d"]) call.write(replyFrame(text));
          call.end(OK_STATUS);
        },
      }),
    (call) =>
      listener({
        onHalfClose: () => {
          call.write(replyFrame("e"));
          call.end(status(STATUS.ABORTED, "late"));
        },
      }),
  );
  const rig = await Rig.use(t, { plan: { order: "request" } });
  const { error, reply } = await new JsClient(t, rig.address).unary(toMany(...nodes));
  assert.equal(error, null);
  assert.deepEqual(
    readReplies(reply).map(({ text, code }) => text || code),
    ["a", "b", "c", "d", "e", 10],
  );
});

test("bytes that are no reply fail the call, all of them listed", async (t) => {
  const broken: RawHandler = (call) =>
    listener({
      onHalfClose: () => {
        call.write(encodeFrame(Buffer.from("1200", "hex")).bytes);
        call.end(OK_STATUS);
      },
    });
  const [one = "", two = "", good = ""] = await useNodes(t, broken, broken, answers("a"));
  const rig = await Rig.use(t);
  const { error } = await new JsClient(t, rig.address).unary(toMany(one, two, good));
  assert.equal(error?.code, js.UNKNOWN);
  assert.match(
    error.details,
    /^2 errors occurred:\n\t\* error appending info for .*: unexpected message format: 18\n/,
  );
});

test("a reply that does not fit is told in its node's name; the others stay", async (t) => {
  const nodes = await useNodes(t, answers("a"), answers("b".repeat(5_000)), answers("c"));
  const rig = await Rig.use(t, {
    plan: { order: "request" },
    proxy: { limits: { maxReplyBytes: 2_000 } },
  });
  const { error, reply } = await new JsClient(t, rig.address).unary(
    fields(...nodes.map((node) => ["nodes", node] as const), ["node-status", "1"]),
  );
  assert.equal(error, null);
  assert.ok((reply?.length ?? 0) <= 2_000);
  assert.deepEqual(
    readReplies(reply).map(({ hostname, text, code }) => [nodes.indexOf(hostname), text, code]),
    [
      [0, "a", 0],
      [1, "", STATUS.RESOURCE_EXHAUSTED],
      [2, "c", 0],
    ],
  );
});

test("a status for each node, only when it is asked for", async (t) => {
  const nodes = await useNodes(t, answers("a"), fails(STATUS.NOT_FOUND, "gone"));
  const seen: (readonly NodeOutcome[])[] = [];
  const rig = await Rig.use(t, { plan: { onDone: (outcomes) => void seen.push(outcomes) } });
  const client = new JsClient(t, rig.address);
  const plain = await client.unary(toMany(...nodes));
  assert.deepEqual(plain.trailers?.get("node-status"), []);
  const asked = toMany(...nodes);
  asked.set("node-status", "1");
  const { trailers } = await client.unary(asked);
  assert.equal(String(trailers?.get("node-status")), `${nodes[0]} 0, ${nodes[1]} 5`);
  const outcomes = nodes.map((name, index) => ({ name, code: index === 0 ? 0 : 5 }));
  assert.deepEqual(seen, [outcomes, outcomes]);
});

test("the first answers are enough: the other nodes are told to stop", async (t) => {
  const ends: CallOutcome[] = [];
  const silent: RawHandler = () => listener({ onClose: (end) => void ends.push(end) });
  const nodes = await useNodes(t, silent, answers("a"), answers("b"), fails(STATUS.ABORTED, ""));
  const rig = await Rig.use(t, { plan: { completion: { type: "first", count: 2 } } });
  const { error, reply } = await new JsClient(t, rig.address).unary(toMany(...nodes));
  assert.equal(error, null);
  const texts = readReplies(reply).map(({ text }) => text);
  assert.deepEqual(texts.filter((text) => text !== "").toSorted(), ["a", "b"]);
  await until(() => rig.outgoingCalls === 0);
  assert.ok(ends.every(({ end }) => end === "cancelled"));
});

test("a quorum is enough", async (t) => {
  const slow = held();
  const nodes = await useNodes(t, answers("a"), slow.handler, answers("c"));
  const rig = await Rig.use(t, { plan: { completion: { type: "quorum" }, order: "request" } });
  const { reply } = await new JsClient(t, rig.address).unary(toMany(...nodes));
  assert.deepEqual(
    readReplies(reply).map(({ text }) => text),
    ["a", "c"],
  );
});

test("at the deadline the caller gets what there is", async (t) => {
  const slow = held();
  const nodes = await useNodes(t, answers("a"), slow.handler);
  const clock = new VirtualClock();
  const rig = await Rig.use(t, { plan: { order: "request" }, proxy: { limits: PARTIAL }, clock });
  const client = new JsClient(t, rig.address);
  const options = { deadline: Date.now() + DEADLINE_MS };
  const answered = client.unary(toMany(...nodes), "", options);
  await until(() => slow.calls.length === 1 && rig.outgoingCalls === 1);
  await clock.advance(DEADLINE_MS - PARTIAL.partialAnswerMs);
  const { error, reply } = await answered;
  assert.equal(error, null);
  assert.deepEqual(
    readReplies(reply).map(({ text, code }) => text || code),
    ["a", STATUS.DEADLINE_EXCEEDED],
  );
});

test("nodes are connected to at once, each within its budget", async (t) => {
  const holes = [await useBlackHole(t), await useBlackHole(t), await useBlackHole(t)];
  const [good = ""] = await useNodes(t, answers("a"));
  const clock = new VirtualClock();
  const rig = await Rig.use(t, { proxy: { limits: { connectBudgetMs: 150 } }, clock });
  const answered = new JsClient(t, rig.address).unary(toMany(...holes, good));
  await until(() => rig.outgoingCalls >= holes.length);
  await until(() => rig.outgoingCalls === holes.length);
  await clock.advance(150);
  const { error, reply } = await answered;
  assert.equal(error, null);
  const replies = readReplies(reply);
  assert.deepEqual(replies[0], { hostname: good, error: "", code: 0, text: "a" });
  assert.equal(replies.length, 4);
  for (const { code, error: text } of replies.slice(1)) {
    assert.equal(code, STATUS.UNAVAILABLE);
    assert.match(text, /no connection within 150 ms/);
  }
});

test("a caller that goes away cancels every node", async (t) => {
  const slow = held();
  const nodes = await useNodes(t, slow.handler, slow.handler, slow.handler);
  const seen: (readonly NodeOutcome[])[] = [];
  const rig = await Rig.use(t, { plan: { onDone: (outcomes) => void seen.push(outcomes) } });
  const call = new JsClient(t, rig.address).bidi(toMany(...nodes));
  call.on("error", () => {});
  await until(() => slow.calls.length === 3);
  call.cancel();
  await until(() => slow.calls.every(({ isEnded }) => isEnded));
  await until(() => seen.length === 1);
  assert.deepEqual(
    seen[0]?.map(({ code }) => code),
    [1, 1, 1],
  );
});

test("methods that know nothing of nodes", async (t) => {
  const nodes = await useNodes(t, answers("a"), fails(STATUS.NOT_FOUND, "gone"));
  const rig = await Rig.use(t, { plan: { order: "request" }, envelope: wrappingEnvelope });
  const { error, reply } = await new JsClient(t, rig.address).unary(toMany(...nodes));
  assert.equal(error, null);
  const hex = (text: string): string => Buffer.from(text).toString("hex");
  const text = reply?.toString("hex") ?? "";
  assert.ok(text.includes(`${hex(nodes[0] ?? "")}12050a03120161`), text);
  assert.ok(text.includes(`${hex(nodes[1] ?? "")}1a0808051204${hex("gone")}`), text);
});

test("without an envelope a failure is the call's", async (t) => {
  const nodes = await useNodes(t, answers("a"), fails(STATUS.NOT_FOUND, "gone"));
  const rig = await Rig.use(t, { envelope: noEnvelope });
  const { error } = await new JsClient(t, rig.address).unary(toMany(...nodes));
  assert.equal(error?.code, js.NOT_FOUND);
  const text = "1 error occurred:\n\t* rpc error: code = NotFound desc = gone\n\n";
  assert.equal(error.details, text);
});

test("two hundred and fifty nodes in one call, by one repeated field", async (t) => {
  const [node = ""] = await useNodes(t, (call) =>
    // Without metadata: this client takes no more than 128 fields of it.
    listener({ onHalfClose: () => answer(call, "a") }),
  );
  const rig = await Rig.use(t);
  const { reply } = await new JsClient(t, rig.address).unary(toMany(...Array(250).fill(node)));
  assert.equal(readReplies(reply).length, 250);
});

test("a packed reply is unpacked before it is tagged", async (t) => {
  const packed: RawHandler = (call) =>
    listener({
      onHalfClose: () => {
        call.sendHeaders(Metadata.empty, { encoding: "gzip" });
        call.write(encodeFrame(gzipSync(replyFrame("a").subarray(5)), true).bytes);
        call.end(OK_STATUS);
      },
    });
  const [node = ""] = await useNodes(t, packed);
  const rig = await Rig.use(t);
  const { reply } = await new JsClient(t, rig.address).unary(toMany(node));
  assert.deepEqual(readReplies(reply), [{ hostname: node, error: "", code: 0, text: "a" }]);
});

test("a packed request goes to every node as it is", async (t) => {
  const heard: string[] = [];
  const node: RawHandler = (call) =>
    listener({
      onMessage: (message) => void heard.push(message.toString()),
      onHalfClose: () => answer(call, "a"),
    });
  const [one = "", two = ""] = await useNodes(t, node, node);
  const rig = await Rig.use(t);
  const session = connect(`http://${rig.address}`).on("error", () => {});
  t.after(() => session.close());
  const stream = session.request({
    ":method": "POST",
    ":path": "/t.T/Do",
    "content-type": "application/grpc",
    te: "trailers",
    "grpc-encoding": "gzip",
    nodes: [one, two, one],
  });
  stream.end(encodeFrame(gzipSync(Buffer.from("hello")), true).bytes);
  const reply = Buffer.concat(await stream.toArray());
  assert.equal(readReplies(reply.subarray(5)).length, 3);
  assert.deepEqual(heard, ["hello", "hello", "hello"]);
});
