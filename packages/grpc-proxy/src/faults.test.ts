import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { status as js } from "@grpc/grpc-js";
import { encodeFrame } from "@signalbox/grpc";
import { type Fault, HEADERS, reset, useFaultyNode } from "./testing/faulty-node.ts";
import { readReplies } from "./testing/node-replies.ts";
import { fields, JsClient, Rig, toMany } from "./testing/rig.ts";

const MESSAGE = encodeFrame(Buffer.from("0a00", "hex")).bytes;

const breakSession: Fault = (_stream, session) => session.destroy();

// biome-ignore format: a table
const ROWS: readonly (readonly [name: string, fault: Fault, code: number])[] = [
  ["RST_STREAM INTERNAL_ERROR", reset("NGHTTP2_INTERNAL_ERROR"), js.INTERNAL],
  ["RST_STREAM CANCEL", reset("NGHTTP2_CANCEL"), js.CANCELLED],
  ["RST_STREAM ENHANCE_YOUR_CALM", reset("NGHTTP2_ENHANCE_YOUR_CALM"), js.RESOURCE_EXHAUSTED],
  ["RST_STREAM INADEQUATE_SECURITY", reset("NGHTTP2_INADEQUATE_SECURITY"), js.PERMISSION_DENIED],
  ["RST_STREAM REFUSED_STREAM, again and again", reset("NGHTTP2_REFUSED_STREAM"), js.UNAVAILABLE],
  ["a connection that breaks", breakSession, js.UNAVAILABLE],
  ["HTTP 404, not gRPC", (stream) => stream.respond({ ":status": 404, "content-type": "text/html" }, { endStream: true }), js.UNIMPLEMENTED],
  ["HTTP 503, not gRPC", (stream) => stream.respond({ ":status": 503 }, { endStream: true }), js.UNAVAILABLE],
  ["200 with another content-type", (stream) => { stream.respond({ ":status": 200, "content-type": "text/html" }); stream.end("<html>"); }, js.UNKNOWN],
  ["no trailers", (stream) => { stream.respond(HEADERS); stream.end(); }, js.INTERNAL],
  ["the end inside a message", (stream) => { stream.respond(HEADERS); stream.end(Buffer.from("00000000ff01", "hex")); }, js.INTERNAL],
  ["a message with an unknown flag", (stream) => { stream.respond(HEADERS); stream.write(Buffer.from("0700000000", "hex")); }, js.INTERNAL],
  ["a message that is too long", (stream) => { stream.respond(HEADERS); stream.write(Buffer.from("00ffffffff", "hex")); }, js.RESOURCE_EXHAUSTED],
  ["a message, then a reset", (stream) => { stream.respond(HEADERS); stream.write(MESSAGE, () => stream.close(2)); }, js.INTERNAL],
];

suite("one node that misbehaves, behind a call to one", () => {
  for (const [name, fault, code] of ROWS) {
    test(name, async (t) => {
      const node = await useFaultyNode(t, fault);
      const rig = await Rig.use(t);
      const { error } = await new JsClient(t, rig.address).unary(fields(["node", node]));
      assert.equal(error?.code, code, error?.details);
    });
  }
});

suite("the same, folded in a call to many", () => {
  for (const [name, fault, code] of ROWS) {
    test(name, async (t) => {
      const node = await useFaultyNode(t, fault);
      const rig = await Rig.use(t);
      const { error, reply } = await new JsClient(t, rig.address).unary(toMany(node));
      assert.equal(error, null);
      const replies = readReplies(reply);
      assert.equal(replies.at(-1)?.hostname, node);
      assert.equal(replies.at(-1)?.code, code, replies.at(-1)?.error);
    });
  }
});

test("a refused stream is sent again, and nobody notices", async (t) => {
  let calls = 0;
  const node = await useFaultyNode(t, (stream) => {
    calls += 1;
    if (calls === 1) {
      stream.close(7);
      return;
    }
    stream.respond(HEADERS, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(MESSAGE);
  });
  const rig = await Rig.use(t);
  const { error, reply } = await new JsClient(t, rig.address).unary(toMany(node), "x");
  assert.equal(error, null);
  assert.equal(calls, 2);
  assert.deepEqual(
    readReplies(reply).map(({ code }) => code),
    [0],
  );
});

test("a node that says goodbye: its call ends well, and the next one finds another connection", async (t) => {
  let sessions = 0;
  const seen = new Set<unknown>();
  const node = await useFaultyNode(t, (stream, session) => {
    if (!seen.has(session)) sessions += 1;
    seen.add(session);
    session.goaway(0);
    stream.respond(HEADERS, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(MESSAGE);
  });
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  for (let i = 1; i <= 3; i++) {
    const { error } = await client.unary(fields(["node", node]), "x");
    assert.equal(error, null);
    assert.equal(sessions, i);
  }
});

test("a node that never answers costs the caller its deadline, and no more", async (t) => {
  const node = await useFaultyNode(t, () => {});
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  const one = await client.unary(fields(["node", node]), "", { deadline: Date.now() + 300 });
  assert.equal(one.error?.code, js.DEADLINE_EXCEEDED);
  const many = await client.unary(toMany(node), "", { deadline: Date.now() + 1_000 });
  assert.equal(many.error, null);
  assert.equal(readReplies(many.reply)[0]?.code, js.DEADLINE_EXCEEDED);
});

test("a node that floods with headers", async (t) => {
  const flood = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`x-${i}`, "v"]));
  const node = await useFaultyNode(t, (stream) => stream.respond({ ...HEADERS, ...flood }));
  const rig = await Rig.use(t);
  const { error, reply } = await new JsClient(t, rig.address).unary(toMany(node));
  assert.equal(error, null);
  assert.notEqual(readReplies(reply)[0]?.code, 0);
});
