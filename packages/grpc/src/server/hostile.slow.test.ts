import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { type Random, seededRandom } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { encodeFrame } from "../frame.ts";
import { Metadata } from "../metadata.ts";
import { heapInUse } from "../testing/collect-garbage.ts";
import { useGrpcJs } from "../testing/grpc-js-client.ts";
import { readAnswer, useHttp2 } from "../testing/http2-client.ts";
import {
  callHeaders,
  closed,
  FLAG,
  FRAME_TYPE,
  headerBlock,
  http2Frame,
  PREFACE,
  useSocket,
} from "../testing/http2-frames.ts";
import { echo, listener } from "../testing/raw-handlers.ts";
import { type TestServer, useServer } from "../testing/use-server.ts";
import type { RawHandler } from "./raw-call.ts";
import { Router } from "./router.ts";
import type { GrpcServerOptions } from "./server-options.ts";

const SETTINGS = http2Frame(FRAME_TYPE.settings, 0, 0);

interface Scene extends TestServer {
  /** Calls that a handler got and that are not over. */
  readonly open: () => number;
  /** Another client is served, and nothing is left of the attack. */
  readonly proveWell: () => Promise<void>;
}

async function useScene(t: TestContext, options: Partial<GrpcServerOptions> = {}): Promise<Scene> {
  let open = 0;
  const counted =
    (handler: RawHandler): RawHandler =>
    (call) => {
      open += 1;
      const inner = handler(call);
      return {
        onMessage: (message) => inner.onMessage(message),
        onHalfClose: () => inner.onHalfClose(),
        onDrain: () => inner.onDrain(),
        onClose: (outcome) => {
          open -= 1;
          inner.onClose(outcome);
        },
      };
    };
  const hold: RawHandler = (call) => {
    call.sendHeaders(Metadata.empty);
    return listener({});
  };
  const methods = { Echo: counted(echo), Hold: counted(hold) };
  const router = new Router({ services: [{ name: "t.T", methods }] });
  const made = await useServer(t, { router, ...options });
  const proveWell = async (): Promise<void> => {
    const { reply } = await useGrpcJs(t, made.address).unary("/t.T/Echo", "well");
    assert.equal(reply, "well");
    await until(() => open === 0 && made.server.calls === 0 && made.server.connections === 1);
  };
  return { ...made, open: () => open, proveWell };
}

/** What a client would send, as pieces that an attack can shuffle and break. */
function honestBytes(): Buffer[] {
  return [
    PREFACE,
    SETTINGS,
    http2Frame(FRAME_TYPE.settings, FLAG.ack, 0),
    http2Frame(FRAME_TYPE.headers, FLAG.endHeaders, 1, callHeaders("/t.T/Echo")),
    http2Frame(FRAME_TYPE.data, 0, 1, encodeFrame(Buffer.from("hello")).bytes),
    http2Frame(FRAME_TYPE.headers, FLAG.endHeaders, 3, callHeaders("/t.T/Hold")),
    http2Frame(FRAME_TYPE.data, FLAG.endStream, 1),
    http2Frame(FRAME_TYPE.ping, 0, 0, Buffer.alloc(8)),
    http2Frame(FRAME_TYPE.rstStream, 0, 3, Buffer.from([0, 0, 0, 8])),
  ];
}

function garbage(random: Random): Buffer {
  const pick = (below: number): number => Math.floor(random.fraction() * below);
  switch (pick(4)) {
    case 0:
      return random.bytes(1 + pick(300));
    case 1:
      return Buffer.concat([PREFACE, random.bytes(1 + pick(300))]);
    case 2: {
      const bytes = Buffer.concat(honestBytes());
      for (let i = 0; i <= pick(5); i++) bytes[pick(bytes.length)] = pick(256);
      return bytes;
    }
    default: {
      const bytes = Buffer.concat(honestBytes());
      return bytes.subarray(0, 1 + pick(bytes.length));
    }
  }
}

/** Sends bytes and leaves, one way or another, once the server has had its say. */
async function attack(socket: Socket, random: Random): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
    socket.on("data", () => {
      if (random.fraction() < 0.5) socket.destroy();
    });
    if (random.fraction() < 0.7) socket.end();
    else socket.setTimeout(20, () => socket.destroy());
  });
}

for (const door of ["HTTP/2 alone", "both protocols"]) {
  test(`2,000 connections of garbage: ${door}`, { timeout: 300_000 }, async (t) => {
    const http1: Partial<GrpcServerOptions> =
      door === "both protocols" ? { http1: (_request, response) => void response.end() } : {};
    const { port, proveWell, server } = await useScene(t, http1);
    const random = seededRandom(4);
    const wave = async (): Promise<void> => {
      const attacks = Array.from({ length: 50 }, () => {
        const socket = connect(port, "127.0.0.1").on("error", () => {});
        socket.write(garbage(random));
        return attack(socket, random);
      });
      await Promise.all(attacks);
    };
    for (let round = 0; round < 10; round++) await wave();
    const before = await heapInUse();
    for (let round = 0; round < 30; round++) await wave();
    await until(() => server.connections === 0);
    const grown = (await heapInUse()) - before;
    assert.ok(grown < 2 ** 20, `${grown} bytes for 1,500 connections that are gone`);
    await proveWell();
  });
}

test("garbage as messages", { timeout: 60_000 }, async (t) => {
  const { address, proveWell } = await useScene(t);
  const client = useHttp2(t, `http://${address}`);
  const random = seededRandom(5);
  for (let round = 0; round < 100; round++) {
    const answers = Array.from({ length: 20 }, () => {
      const stream = client.open(
        "/t.T/Echo",
        random.fraction() < 0.5 ? { "grpc-encoding": "gzip" } : {},
      );
      stream.end(random.bytes(Math.floor(random.fraction() * 400)));
      return readAnswer(stream);
    });
    for (const { headers, trailers } of await Promise.all(answers)) {
      assert.match(trailers["grpc-status"] ?? headers["grpc-status"] ?? "", /^(0|8|13)$/);
    }
  }
  client.session.destroy();
  await proveWell();
});

test("streams opened and reset as fast as they can be", { timeout: 60_000 }, async (t) => {
  const { port, proveWell } = await useScene(t);
  const socket = useSocket(t, port, PREFACE, SETTINGS);
  const gone = closed(socket);
  const headers = callHeaders("/t.T/Echo");
  for (let id = 1; id < 40_000 && !socket.destroyed; id += 2) {
    socket.write(http2Frame(FRAME_TYPE.headers, FLAG.endHeaders, id, headers));
    socket.write(http2Frame(FRAME_TYPE.rstStream, 0, id, Buffer.from([0, 0, 0, 8])));
    if (id % 500 === 1) await new Promise((resolve) => setImmediate(resolve));
  }
  await gone;
  await proveWell();
});

test("headers without end", { timeout: 60_000 }, async (t) => {
  const { port, proveWell } = await useScene(t);
  const socket = useSocket(t, port, PREFACE, SETTINGS);
  const gone = closed(socket);
  socket.write(http2Frame(FRAME_TYPE.headers, 0, 1, callHeaders("/t.T/Echo")));
  const more = headerBlock(Array.from({ length: 200 }, (_, i) => [`x-${i}`, "y".repeat(50)]));
  const frame = http2Frame(FRAME_TYPE.continuation, 0, 1, more);
  for (let i = 0; i < 2_000 && !socket.destroyed; i++) {
    socket.write(frame);
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await gone;
  await proveWell();
});

for (const [name, frame] of [
  ["pings", http2Frame(FRAME_TYPE.ping, 0, 0, Buffer.alloc(8))],
  ["settings", SETTINGS],
] as const) {
  test(`${name} from a client that reads no answer`, { timeout: 60_000 }, async (t) => {
    const { port, proveWell } = await useScene(t);
    const socket = useSocket(t, port, PREFACE, SETTINGS);
    socket.pause();
    const flood = Buffer.concat(Array.from({ length: 1_000 }, () => frame));
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 2_000 && !socket.destroyed && socket.writableLength < 2 ** 22; i++) {
      socket.write(flood);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const grownMb = (process.memoryUsage().rss - before) / 2 ** 20;
    assert.ok(grownMb < 200, `${grownMb} MB for unanswered ${name}`);
    socket.destroy();
    await proveWell();
  });
}

test("connections cut in the middle of everything", { timeout: 60_000 }, async (t) => {
  const { port, proveWell, server } = await useScene(t);
  const pieces = honestBytes();
  for (let round = 0; round < 20; round++) {
    for (let cut = 1; cut <= pieces.length; cut++) {
      const socket = useSocket(t, port, ...pieces.slice(0, cut));
      if (cut % 3 === 0) socket.end();
      else if (cut % 3 === 1)
        once(socket, "connect").then(
          () => socket.destroy(),
          () => {},
        );
      else
        once(socket, "data").then(
          () => socket.resetAndDestroy(),
          () => {},
        );
    }
  }
  await until(() => server.connections === 0);
  await proveWell();
});

test("a client that shuts its side of the connection and stays", { timeout: 60_000 }, async (t) => {
  const { port, proveWell } = await useScene(t);
  for (let i = 0; i < 50; i++) useSocket(t, port, ...honestBytes().slice(0, 6)).end();
  await proveWell();
});

test("more streams than are allowed", { timeout: 60_000 }, async (t) => {
  const { port, proveWell, open, server } = await useScene(t, {
    limits: { maxConcurrentStreams: 100 },
  });
  const socket = useSocket(t, port, PREFACE, SETTINGS);
  const headers = callHeaders("/t.T/Hold");
  for (let id = 1; id < 300; id += 2) {
    socket.write(http2Frame(FRAME_TYPE.headers, FLAG.endHeaders, id, headers));
  }
  socket.resume();
  await until(() => server.calls === 100);
  assert.equal(open(), 100);
  socket.destroy();
  await proveWell();
});

test("more connections than are allowed", { timeout: 60_000 }, async (t) => {
  const { port, server, address } = await useScene(t, { limits: { maxConnections: 10 } });
  const sockets = Array.from({ length: 30 }, () => useSocket(t, port, PREFACE, SETTINGS).resume());
  await until(() => sockets.filter(({ closed }) => closed).length === 20);
  assert.equal(server.connections, 10);
  for (const socket of sockets) socket.destroy();
  await until(() => server.connections === 0);
  assert.equal((await useGrpcJs(t, address).unary("/t.T/Echo", "x")).reply, "x");
});

test("500 paused streams hold no more than their windows", {
  timeout: 60_000,
}, async (t) => {
  const deaf: RawHandler = (call) => {
    call.pause();
    return listener({});
  };
  const router = new Router({ services: [{ name: "t.T", methods: { Deaf: deaf } }] });
  const { address, server } = await useServer(t, {
    router,
    limits: { streamWindowBytes: 65_535, connectionWindowBytes: 1_048_560 },
  });
  const before = process.memoryUsage().rss;
  const client = useHttp2(t, `http://${address}`);
  const megabyte = Buffer.alloc(2 ** 20);
  for (let i = 0; i < 500; i++) client.open("/t.T/Deaf").write(megabyte);
  await until(() => server.calls === 500);
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  const grownMb = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grownMb < 250, `${grownMb} MB for 500 streams of 64 KiB each`);
});
