import assert from "node:assert/strict";
import { once } from "node:events";
import {
  Agent,
  get,
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
} from "node:http";
import { connect as connectHttp2, type IncomingHttpHeaders } from "node:http2";
import { get as getTls } from "node:https";
import { test } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { credentials } from "@grpc/grpc-js";
import { VirtualClock } from "@signalbox/base";
import { createTestAuthority } from "@signalbox/testing";
import { useGrpcJs } from "../testing/grpc-js-client.ts";
import { closed, useSocket } from "../testing/http2-frames.ts";
import { echo } from "../testing/raw-handlers.ts";
import { useServer } from "../testing/use-server.ts";
import { Router } from "./router.ts";
import { protocolOf } from "./sniff-protocol.ts";

const router = new Router({ services: [{ name: "t.T", methods: { Echo: echo } }] });

/** Answers with the request's path and body. */
function http1(request: IncomingMessage, response: ServerResponse): void {
  let body = "";
  request.on("data", (chunk) => {
    body += String(chunk);
  });
  request.on("end", () => response.end(`${request.url} ${body}`));
}

async function fetchText(
  ask: typeof get,
  url: string,
  options: RequestOptions & { ca?: string } = {},
): Promise<string> {
  const [response] = await once(ask(url, options), "response");
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return text;
}

test("both protocols on one port", async (t) => {
  const { address } = await useServer(t, { router, http1 });
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  assert.equal(await fetchText(get, `http://${address}/a`, { agent }), "/a ");
  assert.equal(await fetchText(get, `http://${address}/b`, { agent }), "/b ");
  assert.equal((await useGrpcJs(t, address).unary("/t.T/Echo", "x")).reply, "x");
});

test("both protocols over TLS, by ALPN", async (t) => {
  const authority = createTestAuthority("test authority");
  const { address } = await useServer(t, { router, http1, tls: authority.issue("server") });
  const options = { ca: authority.cert, agent: false } as const;
  assert.equal(await fetchText(getTls, `https://${address}/a`, options), "/a ");
  const creds = credentials.createSsl(Buffer.from(authority.cert));
  assert.equal((await useGrpcJs(t, address, creds).unary("/t.T/Echo", "x")).reply, "x");
});

test("both protocols over TLS, by clients that negotiate none", async (t) => {
  const authority = createTestAuthority("test authority");
  const { port } = await useServer(t, { router, http1, tls: authority.issue("server") });
  const open = async (): Promise<TLSSocket> => {
    const socket = connect({ host: "127.0.0.1", port, ca: authority.cert });
    t.after(() => socket.destroy());
    await once(socket, "secureConnect");
    assert.equal(socket.alpnProtocol, false);
    return socket;
  };
  const plain = await open();
  plain.write("GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  let answer = "";
  for await (const chunk of plain) answer += String(chunk);
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*\/a $/);

  const framed = await open();
  const session = connectHttp2("https://localhost", { createConnection: () => framed });
  t.after(() => session.destroy());
  const type = { "content-type": "application/grpc", te: "trailers" };
  const stream = session.request({ ":method": "POST", ":path": "/t.T/Echo", ...type });
  stream.resume().end();
  const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders];
  assert.equal(headers["content-type"], "application/grpc");
});

test("a request that arrives byte by byte", async (t) => {
  const { port } = await useServer(t, { router, http1 });
  const socket = useSocket(t, port);
  socket.setNoDelay(true);
  await once(socket, "connect");
  const text =
    "POST /slow HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello";
  for (const char of text) {
    socket.write(char);
    await new Promise((resolve) => setImmediate(resolve));
  }
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*\/slow hello$/);
});

test("bytes that are neither, and bytes that could be either for ever", async (t) => {
  const clock = new VirtualClock();
  const { port } = await useServer(t, { router, http1, clock });
  await closed(useSocket(t, port, Buffer.from("\0\x01\x02garbage\r\n\r\n")));
  const gone = closed(useSocket(t, port, Buffer.from("PRI * HT")));
  const left = useSocket(t, port, Buffer.from("P"));
  await once(left, "connect");
  left.end();
  await closed(left);
  await clock.advance(10_000);
  await gone;
});

test("drain closes idle connections and lets a request finish", async (t) => {
  const asked = Promise.withResolvers<ServerResponse>();
  const { address, server } = await useServer(t, {
    router,
    http1: (request, response) => {
      if (request.url === "/slow") asked.resolve(response);
      else response.end("quick");
    },
  });
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  await fetchText(get, `http://${address}/quick`, { agent });
  const slow = fetchText(get, `http://${address}/slow`, { agent: new Agent({ keepAlive: true }) });
  const response = await asked.promise;
  const drained = server.drain(60_000);
  response.end("slow");
  assert.equal(await slow, "slow");
  await drained;
});

test("the preface tells the protocols apart at the first byte that differs", () => {
  const cases = [
    ["", undefined],
    ["P", undefined],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r", undefined],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "h2"],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore", "h2"],
    ["PO", "http1"],
    ["GET", "http1"],
    ["PRI * HTTP/1.1", "http1"],
  ] as const;
  for (const [bytes, protocol] of cases) assert.equal(protocolOf(Buffer.from(bytes)), protocol);
});
