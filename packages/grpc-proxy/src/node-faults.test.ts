import assert from "node:assert/strict";
import type { OutgoingHttpHeaders } from "node:http2";
import { suite, test, type TestContext } from "node:test";
import type { CallOptions } from "@grpc/grpc-js";
import { VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { encodeFrame, OK_STATUS, type RawHandler, STATUS } from "@signalbox/grpc";
import {
  type Fault,
  HEADERS as HTTP2_HEADERS,
  reset,
  useFaultyNode,
} from "./testing/faulty-node.ts";
import { messageFrame, readMessage, readReplies, replyFrame } from "./testing/node-replies.ts";
import {
  field,
  FLAG,
  FRAME,
  HEADERS,
  TRAILERS,
  useRawNode,
  type Wire,
} from "./testing/raw-node.ts";
import { fields, JsClient, toMany } from "./testing/js-client.ts";
import { Rig } from "./testing/rig.ts";
import { listener, useServer } from "./testing/use-server.ts";

const { INTERNAL, UNAVAILABLE, UNKNOWN, CANCELLED, DEADLINE_EXCEEDED } = STATUS;
const { RESOURCE_EXHAUSTED, PERMISSION_DENIED, UNIMPLEMENTED } = STATUS;
const { UNAUTHENTICATED } = STATUS;

/** Empty: a reply without messages, and a message without fields. */
const MESSAGE = encodeFrame(Buffer.alloc(0)).bytes;
/** Of calls on a virtual clock: in real time it never comes. */
const DEADLINE_MS = 600_000;
/** How long before it a call to many is answered with what there is. */
const PARTIAL_MS = 60_000;

const FLOOD = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`x-${i}`, "v"]));

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** Bytes in an answer that begins well. */
const bytes = (hex: string): Fault => {
  return (stream) => {
    stream.respond(HTTP2_HEADERS);
    stream.write(Buffer.from(hex, "hex"));
  };
};

const answer =
  (headers: OutgoingHttpHeaders, body = ""): Fault =>
  (stream) => {
    stream.respond(headers);
    stream.end(body);
  };

// biome-ignore format: a table
const FAULTS: readonly (readonly [name: string, fault: Fault, code: number])[] = [
  ["RST_STREAM NO_ERROR", reset("NGHTTP2_NO_ERROR"), INTERNAL],
  ["RST_STREAM PROTOCOL_ERROR", reset("NGHTTP2_PROTOCOL_ERROR"), INTERNAL],
  ["RST_STREAM INTERNAL_ERROR", reset("NGHTTP2_INTERNAL_ERROR"), INTERNAL],
  ["RST_STREAM FLOW_CONTROL_ERROR", reset("NGHTTP2_FLOW_CONTROL_ERROR"), RESOURCE_EXHAUSTED],
  ["RST_STREAM SETTINGS_TIMEOUT", reset("NGHTTP2_SETTINGS_TIMEOUT"), INTERNAL],
  ["RST_STREAM STREAM_CLOSED", reset("NGHTTP2_STREAM_CLOSED"), INTERNAL],
  ["RST_STREAM FRAME_SIZE_ERROR", reset("NGHTTP2_FRAME_SIZE_ERROR"), INTERNAL],
  ["RST_STREAM REFUSED_STREAM, again and again", reset("NGHTTP2_REFUSED_STREAM"), UNAVAILABLE],
  ["RST_STREAM CANCEL", reset("NGHTTP2_CANCEL"), CANCELLED],
  ["RST_STREAM COMPRESSION_ERROR", reset("NGHTTP2_COMPRESSION_ERROR"), INTERNAL],
  ["RST_STREAM CONNECT_ERROR", reset("NGHTTP2_CONNECT_ERROR"), INTERNAL],
  ["RST_STREAM ENHANCE_YOUR_CALM", reset("NGHTTP2_ENHANCE_YOUR_CALM"), RESOURCE_EXHAUSTED],
  ["RST_STREAM INADEQUATE_SECURITY", reset("NGHTTP2_INADEQUATE_SECURITY"), PERMISSION_DENIED],
  ["RST_STREAM HTTP_1_1_REQUIRED", reset("NGHTTP2_HTTP_1_1_REQUIRED"), INTERNAL],
  ["a connection that breaks", (_stream, session) => session.destroy(), UNAVAILABLE],
  ["HTTP 400, not gRPC", answer({ ":status": 400 }), INTERNAL],
  ["HTTP 401, not gRPC", answer({ ":status": 401 }), UNAUTHENTICATED],
  ["HTTP 403, not gRPC", answer({ ":status": 403 }), PERMISSION_DENIED],
  ["HTTP 404, not gRPC", answer({ ":status": 404, "content-type": "text/html" }), UNIMPLEMENTED],
  ["HTTP 503, not gRPC", answer({ ":status": 503 }), UNAVAILABLE],
  ["200 with another content-type", answer({ ":status": 200, "content-type": "text/html" }, "<html>"), UNKNOWN],
  ["a flood of headers", answer({ ...HTTP2_HEADERS, ...FLOOD }), UNAVAILABLE],
  ["no trailers", (stream) => { stream.respond(HTTP2_HEADERS); stream.end(); }, INTERNAL],
  ["the end inside a message", (stream) => { stream.respond(HTTP2_HEADERS); stream.end(Buffer.from("00000000ff01", "hex")); }, INTERNAL],
  ["a message with an unknown flag", bytes("0700000000"), INTERNAL],
  ["a message that is too long", bytes("00ffffffff"), RESOURCE_EXHAUSTED],
  ["a message, then a reset", (stream) => { stream.respond(HTTP2_HEADERS); stream.write(MESSAGE, () => stream.close(2)); }, INTERNAL],
];

// biome-ignore format: a table
const RAW_FAULTS: readonly (readonly [name: string, fault: (wire: Wire) => void, code: number])[] = [
  ["GOAWAY that has looked at nothing, again and again", (wire) => wire.sendToAll(FRAME.goaway, 0, Buffer.concat([word(0), word(0)])), UNAVAILABLE],
  ["GOAWAY ENHANCE_YOUR_CALM", (wire) => { wire.sendToAll(FRAME.goaway, 0, Buffer.concat([word(wire.streamId), word(11), Buffer.from("too_many_pings")])); wire.socket.end(); }, UNAVAILABLE],
  ["FIN behind the request", (wire) => wire.socket.end(), UNAVAILABLE],
  ["a TCP reset", (wire) => wire.socket.resetAndDestroy(), UNAVAILABLE],
  ["HTTP/1.1 in the middle", (wire) => wire.socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), UNAVAILABLE],
  ["a frame longer than allowed", (wire) => wire.send(FRAME.data, 0, Buffer.alloc(20_000)), UNAVAILABLE],
  ["headers that are no HPACK", (wire) => wire.send(FRAME.headers, FLAG.endHeaders, Buffer.alloc(40, 0xff)), UNAVAILABLE],
  ["DATA before HEADERS", (wire) => wire.send(FRAME.data, 0, MESSAGE), UNAVAILABLE],
  ["CONTINUATION of nothing", (wire) => wire.send(FRAME.continuation, FLAG.endHeaders, HEADERS), UNAVAILABLE],
  ["DATA of another stream", (wire) => wire.socket.write(Buffer.from("000001000000000063ff", "hex")), UNAVAILABLE],
  ["a window that overflows", (wire) => { wire.send(FRAME.windowUpdate, 0, word(0x7fff_ffff)); wire.send(FRAME.windowUpdate, 0, word(0x7fff_ffff)); }, UNAVAILABLE],
  ["SETTINGS that are out of range", (wire) => wire.sendToAll(FRAME.settings, 0, Buffer.from("0004ffffffff", "hex")), UNAVAILABLE],
  ["PUSH_PROMISE", (wire) => wire.send(FRAME.pushPromise, FLAG.endHeaders, Buffer.concat([word(2), HEADERS])), UNAVAILABLE],
  ["headers with upper-case letters", (wire) => wire.send(FRAME.headers, FLAG.endHeaders, Buffer.concat([HEADERS, field("X-Bad", "v")])), INTERNAL],
  ["DATA behind the trailers", (wire) => { wire.send(FRAME.headers, FLAG.endHeaders, HEADERS); wire.send(FRAME.data, 0, MESSAGE); wire.send(FRAME.headers, FLAG.endHeaders | FLAG.endStream, TRAILERS); wire.send(FRAME.data, 0, MESSAGE); }, STATUS.OK],
];

/** On the connection's first call alone: nothing may come behind the half of something. */
function onFirst(stall: (wire: Wire) => void): (wire: Wire) => void {
  return (wire) => {
    if (wire.streamId === 1) stall(wire);
  };
}

/** Faults that only the caller's deadline ends. */
// biome-ignore format: a table
const STALLS: readonly (readonly [name: string, stall: (wire: Wire) => void])[] = [
  ["nothing is ever said", () => {}],
  ["the connection is not even read", (wire) => void wire.socket.pause()],
  ["headers, and nothing behind them", (wire) => wire.send(FRAME.headers, FLAG.endHeaders, HEADERS)],
  ["half a header block", onFirst((wire) => wire.send(FRAME.headers, 0, HEADERS.subarray(0, 10)))],
  ["half a frame", onFirst((wire) => void wire.socket.write(Buffer.from("0000ff", "hex")))],
  ["half a message", (wire) => { wire.send(FRAME.headers, FLAG.endHeaders, HEADERS); wire.send(FRAME.data, 0, Buffer.from("00000000ff01", "hex")); }],
  ["a message and no end", (wire) => { wire.send(FRAME.headers, FLAG.endHeaders, HEADERS); wire.send(FRAME.data, 0, MESSAGE); }],
];

/** How a call went: what each node of it came to, and the call itself. */
interface Told {
  readonly call: number;
  /** Codes, by node. */
  readonly nodes: ReadonlyMap<string, readonly number[]>;
}

const isStreamed = (path: string): boolean => path.endsWith("Stream");

const healthy: RawHandler = (call) =>
  listener({
    onHalfClose: () => {
      call.write(isStreamed(call.path) ? messageFrame("a") : replyFrame("a"));
      call.end(OK_STATUS);
    },
  });

/** What calls to a node that falls silent need to reach their deadline. */
interface Silence {
  /** The proxy's. */
  readonly clock: VirtualClock;
  /** True once the node has fallen silent. */
  readonly hasBegun: () => boolean;
}

/** The four ways in which a call can meet a node. */
async function tellAll(
  t: TestContext,
  node: string,
  silence?: Silence,
): Promise<{ readonly one: readonly Told[]; readonly many: readonly Told[] }> {
  const neighbour = (await useServer(t, healthy)).address;
  const proxy = { isStreamed, limits: { partialAnswerMs: PARTIAL_MS } };
  const rig = await Rig.use(t, { proxy, ...(silence && { clock: silence.clock }) });
  const client = new JsClient(t, rig.address);
  const options = silence === undefined ? {} : { deadline: Date.now() + DEADLINE_MS };
  const toOne = fields(["node", node]);
  const toAll = toMany(neighbour, node, neighbour);
  const told = Promise.all([
    unary(client, toOne, options),
    streamed(client, toOne, options),
    unary(client, toAll, options),
    streamed(client, toAll, options),
  ]);
  if (silence !== undefined) await passDeadline(rig, silence);
  const [one, oneStreamed, many, manyStreamed] = await told;
  for (const { call, nodes } of [many, manyStreamed]) {
    assert.equal(call, STATUS.OK);
    assert.deepEqual(nodes.get(neighbour), [STATUS.OK, STATUS.OK], "a neighbour was hurt");
  }
  return { one: [one, oneStreamed], many: [many, manyStreamed] };
}

/** Time passes when all four calls have come, and each waits for nothing but the silent node. */
async function passDeadline(rig: Rig, { clock, hasBegun }: Silence): Promise<void> {
  await until(() => hasBegun() && rig.server.calls === 4 && rig.outgoingCalls === 4);
  await clock.advance(DEADLINE_MS - PARTIAL_MS);
  await until(() => rig.server.calls === 2);
  await clock.advance(PARTIAL_MS);
}

async function unary(
  client: JsClient,
  metadata: Parameters<JsClient["unary"]>[0],
  options: CallOptions,
): Promise<Told> {
  const { error, reply } = await client.unary(metadata, "x", options);
  const replies = metadata.get("nodes").length > 0 ? readReplies(reply) : [];
  return { call: error?.code ?? STATUS.OK, nodes: byNode(replies) };
}

async function streamed(
  client: JsClient,
  metadata: Parameters<JsClient["bidi"]>[0],
  options: CallOptions,
): Promise<Told> {
  const call = client.bidi(metadata, options);
  const messages: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<number>();
  call.on("data", (message: Buffer) => void messages.push(message));
  call.on("error", () => {});
  call.on("status", ({ code }) => resolve(code));
  call.write(Buffer.from("x"));
  call.end();
  return { call: await promise, nodes: byNode(messages.map(readMessage)) };
}

function byNode(
  replies: readonly { readonly hostname: string; readonly code: number }[],
): ReadonlyMap<string, readonly number[]> {
  const codes = Map.groupBy(replies, ({ hostname }) => hostname);
  return new Map(Array.from(codes, ([node, told]) => [node, told.map(({ code }) => code)]));
}

/** The caller hears the node's end from each of the four calls, and its neighbours are well. */
async function checkEnd(
  t: TestContext,
  node: string,
  code: number,
  silence?: Silence,
): Promise<void> {
  const { one, many } = await tellAll(t, node, silence);
  for (const { call } of one) assert.equal(call, code);
  for (const { nodes } of many) assert.equal(nodes.get(node)?.at(-1), code);
}

suite("one node that misbehaves", () => {
  for (const [name, fault, code] of FAULTS) {
    test(name, async (t) => checkEnd(t, await useFaultyNode(t, fault), code));
  }
});

suite("one node that breaks HTTP/2", () => {
  for (const [name, fault, code] of RAW_FAULTS) {
    test(name, async (t) => checkEnd(t, await useRawNode(t, fault), code));
  }
});

suite("one node that falls silent", () => {
  for (const [name, stall] of STALLS) {
    test(name, async (t) => {
      let asked = 0;
      const node = await useRawNode(t, (wire) => {
        asked += 1;
        stall(wire);
      });
      const silence = { clock: new VirtualClock(), hasBegun: () => asked > 0 };
      await checkEnd(t, node, DEADLINE_EXCEEDED, silence);
    });
  }
});
