import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type OutgoingHttpHeaders,
} from "node:http2";
import { suite, test, type TestContext } from "node:test";
import { until } from "@signalbox/testing";
import { encodeFrame, type RawHandler } from "@signalbox/grpc";
import { messageFrame } from "./testing/node-replies.ts";
import { Rig } from "./testing/rig.ts";
import { listener, useServer } from "./testing/use-server.ts";

const MESSAGE = encodeFrame(Buffer.from("x")).bytes;
const NODES = 3;

/** What a caller does wrong, once its call is at the nodes. */
type Fault = (stream: ClientHttp2Stream, socket: Socket) => void;

const bytes =
  (hex: string): Fault =>
  (stream) =>
    void stream.end(Buffer.from(hex, "hex"));

// biome-ignore format: a table
const FAULTS: readonly (readonly [name: string, fault: Fault])[] = [
  ["RST_STREAM CANCEL", (stream) => stream.close(8)],
  ["RST_STREAM PROTOCOL_ERROR", (stream) => stream.close(1)],
  ["RST_STREAM NO_ERROR", (stream) => stream.close(0)],
  ["RST_STREAM behind a whole request", (stream) => void stream.end(MESSAGE, () => stream.close(8))],
  ["GOAWAY and gone", (stream) => stream.session?.destroy()],
  ["GOAWAY ENHANCE_YOUR_CALM and gone", (stream) => { stream.session?.goaway(11); stream.session?.destroy(); }],
  ["FIN", (_stream, socket) => void socket.end()],
  ["a TCP reset", (_stream, socket) => void socket.resetAndDestroy()],
  ["HTTP/1.1 in the middle", (_stream, socket) => void socket.write("GET / HTTP/1.1\r\n\r\n")],
  ["a frame of an unknown length", (_stream, socket) => void socket.write(Buffer.alloc(100, 0xff))],
  ["a window that overflows", (_stream, socket) => void socket.write(Buffer.from("0000040800000000007fffffff".repeat(2), "hex"))],
  ["the end inside a message", bytes("00000000ff01")],
  ["a message with an unknown flag", bytes("0700000000")],
  ["a message that is too long", bytes("00ffffffff")],
];

/** Calls whose head no proxy may send on, and the HTTP status or code that each gets. */
// biome-ignore format: a table
const HEADS: readonly (readonly [name: string, headers: OutgoingHttpHeaders, told: RegExp])[] = [
  ["another content-type", { "content-type": "application/json" }, /^415 3$/],
  ["no content-type", { "content-type": undefined }, /^415 3$/],
  ["another method than POST", { ":method": "GET" }, /^405 /],
  ["a path without a method", { ":path": "/nothing" }, /^200 12$/],
  ["a malformed deadline", { "grpc-timeout": "soon" }, /^200 13$/],
  ["a deadline that has passed", { "grpc-timeout": "0n" }, /^200 4$/],
  ["more headers than are taken", { "x-flood": Array<string>(3_000).fill("v") }, /^reset (11|2|7)$/],
];

/** Says one thing and then waits for ever: only its caller can end the call. */
const waiting: RawHandler = (call) => {
  call.write(messageFrame("a"));
  return listener({});
};

interface Scene {
  readonly rig: Rig;
  readonly nodes: readonly string[];
  /** Resolves when no call is left, on the proxy and on every node. */
  readonly forget: () => Promise<void>;
  /** Calls that have come to the nodes. */
  readonly arrived: () => number;
}

async function useScene(t: TestContext, handler: RawHandler = waiting): Promise<Scene> {
  let count = 0;
  const served = await Promise.all(
    Array.from({ length: NODES }, () =>
      useServer(t, (call) => {
        count += 1;
        return handler(call);
      }),
    ),
  );
  const isStreamed = (path: string): boolean => path.endsWith("Stream");
  const rig = await Rig.use(t, { proxy: { isStreamed } });
  return {
    rig,
    nodes: served.map(({ address }) => address),
    arrived: () => count,
    forget: async () => {
      await until(() => rig.server.calls === 0);
      await until(() => rig.outgoingCalls === 0);
      await until(() => served.every(({ server }) => server.calls === 0));
    },
  };
}

/** A bare client, and the socket below it. */
function useCaller(t: TestContext, address: string): [ClientHttp2Session, Socket] {
  const { hostname, port } = new URL(`http://${address}`);
  const socket = connectTcp(Number(port), hostname).on("error", () => {});
  const session = connect(`http://${address}`, { createConnection: () => socket });
  session.on("error", () => {});
  t.after(() => session.destroy());
  return [session, socket];
}

function open(session: ClientHttp2Session, headers: OutgoingHttpHeaders): ClientHttp2Stream {
  const stream = session.request({
    ":method": "POST",
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
  return stream.on("error", () => {});
}

const SHAPES = {
  "to one": ([node = ""]: readonly string[]) => ({ ":path": "/t.T/Do", node }),
  "to many": (nodes: readonly string[]) => ({ ":path": "/t.T/Do", nodes: [...nodes] }),
  "to many, streamed": (nodes: readonly string[]) => {
    return { ":path": "/t.T/Stream", nodes: [...nodes] };
  },
};

suite("a caller that misbehaves in the middle of a call leaves nothing behind", () => {
  for (const [name, fault] of FAULTS) {
    for (const [shape, headersOf] of Object.entries(SHAPES)) {
      test(`${name}, ${shape}`, async (t) => {
        const { rig, nodes, arrived, forget } = await useScene(t);
        const [session, socket] = useCaller(t, rig.address);
        const stream = open(session, headersOf(nodes)).resume();
        stream.write(MESSAGE);
        await until(() => arrived() === (shape === "to one" ? 1 : NODES));
        fault(stream, socket);
        await forget();
      });
    }
  }
});

suite("a call that cannot be one", () => {
  for (const [name, headers, told] of HEADS) {
    test(name, async (t) => {
      const { rig, nodes, arrived, forget } = await useScene(t);
      const [session] = useCaller(t, rig.address);
      const fields = { ":path": "/t.T/Do", nodes: [...nodes], ...headers };
      assert.match(await tell(open(session, fields)), told);
      await forget();
      assert.equal(arrived(), 0, "a node has heard of it");
    });
  }
});

/** HTTP status and gRPC code, or the code with which the stream was reset. */
function tell(stream: ClientHttp2Stream): Promise<string> {
  let told: string | undefined;
  stream.on("response", (fields) => {
    told = `${String(fields[":status"])} ${String(fields["grpc-status"])}`;
  });
  stream.resume().end();
  return new Promise((resolve) => {
    stream.once("close", () => resolve(told ?? `reset ${String(stream.rstCode)}`));
  });
}

test("a caller that stops reading and then vanishes frees nodes that pour", async (t) => {
  const frame = messageFrame("x".repeat(64 * 1024));
  const pour: RawHandler = (call) => {
    const fill = (): void => {
      while (call.write(frame));
    };
    fill();
    return listener({ onDrain: fill });
  };
  for (const headersOf of Object.values(SHAPES)) {
    const { rig, nodes, arrived, forget } = await useScene(t, pour);
    const [session, socket] = useCaller(t, rig.address);
    open(session, { ...headersOf(nodes), ":path": "/t.T/Stream" }).write(MESSAGE);
    await until(() => arrived() > 0);
    socket.pause();
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await forget();
  }
});

test("nine hundred calls, each taken back as soon as it is on its way", async (t) => {
  const { rig, nodes, arrived, forget } = await useScene(t);
  const [session] = useCaller(t, rig.address);
  await once(session, "remoteSettings");
  const shapes = Object.values(SHAPES);
  for (let i = 0; i < 300; i++) {
    const streams = shapes.map((headersOf) => open(session, headersOf(nodes)));
    const before = arrived();
    for (const stream of streams) stream.write(MESSAGE);
    // Some are let come as far as a node; how far the others come is up to the machine.
    if (i % 3 === 0) await until(() => arrived() > before);
    else await new Promise((resolve) => setImmediate(resolve));
    for (const stream of streams) stream.close(8);
  }
  await forget();
  assert.ok(arrived() >= 100, `only ${arrived()} came as far as a node`);
});
