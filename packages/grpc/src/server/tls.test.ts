import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2, type IncomingHttpHeaders } from "node:http2";
import { connect as connectTcp } from "node:net";
import { test } from "node:test";
import { connect } from "node:tls";
import { credentials } from "@grpc/grpc-js";
import { createTestAuthority, type TestCertificate, until } from "@signalbox/testing";
import type { Peer } from "../peer.ts";
import { useGrpcJs } from "../testing/grpc-js-client.ts";
import { closed, useSocket } from "../testing/http2-frames.ts";
import { echo } from "../testing/raw-handlers.ts";
import { useServer } from "../testing/use-server.ts";
import type { RawHandler } from "./raw-call.ts";
import { Router } from "./router.ts";

const authority = createTestAuthority("test authority");
const foreign = createTestAuthority("foreign authority");
const own = authority.issue("server");
const node = authority.issue("node-1", {
  organizations: ["os:reader", "os:admin"],
  uris: ["spiffe://example/node-1"],
  dns: ["node-1.example"],
});

function noting(peers: Peer[]): Router {
  const note: RawHandler = (call) => {
    peers.push(call.peer);
    return echo(call);
  };
  return new Router({ services: [{ name: "t.T", methods: { Echo: note } }] });
}

function shown(certificate?: TestCertificate, ca: string = authority.cert) {
  const { cert, key } = certificate ?? {};
  return credentials.createSsl(
    Buffer.from(ca),
    key === undefined ? null : Buffer.from(key),
    cert === undefined ? null : Buffer.from(cert),
  );
}

test("TLS, and a client without a certificate", async (t) => {
  const peers: Peer[] = [];
  const { address } = await useServer(t, { router: noting(peers), tls: own });
  const { reply } = await useGrpcJs(t, address, shown()).unary("/t.T/Echo", "x");
  assert.equal(reply, "x");
  assert.equal(peers[0]?.isTls, true);
  assert.equal(peers[0].isAuthorized, false);
  assert.equal(peers[0].certificate, undefined);
});

test("mutual TLS names the client", async (t) => {
  const peers: Peer[] = [];
  const tls = { ...own, ca: authority.cert, clientCertificates: "required" as const };
  const { address } = await useServer(t, { router: noting(peers), tls });
  const { error } = await useGrpcJs(t, address, shown(node)).unary("/t.T/Echo", "x");
  assert.equal(error, null);
  const [peer] = peers;
  assert.equal(peer?.isAuthorized, true);
  const { x509: _, fingerprint256, ...names } = peer.certificate ?? assert.fail();
  assert.match(fingerprint256, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.deepEqual(names, {
    commonName: "node-1",
    organizations: ["os:reader", "os:admin"],
    dnsNames: ["localhost", "node-1.example"],
    uris: ["spiffe://example/node-1"],
    ipAddresses: ["127.0.0.1"],
  });

  for (const bad of [undefined, foreign.issue("node-1")]) {
    const answer = await useGrpcJs(t, address, shown(bad)).unary("/t.T/Echo", "x");
    assert.equal(answer.error?.code, 14);
  }
  assert.equal(peers.length, 1);
});

test("an optional certificate that is no good is not authorized", async (t) => {
  const peers: Peer[] = [];
  const tls = { ...own, ca: authority.cert, clientCertificates: "optional" as const };
  const { address } = await useServer(t, { router: noting(peers), tls });
  await useGrpcJs(t, address, shown(foreign.issue("node-1"))).unary("/t.T/Echo", "x");
  assert.equal(peers[0]?.isAuthorized, false);
  assert.equal(peers[0].certificate?.commonName, "node-1");
});

test("a connection that is not admitted is closed before any call, and noted", async (t) => {
  const peers: Peer[] = [];
  const turnedAway: (string | undefined)[] = [];
  const tls = {
    ...own,
    ca: authority.cert,
    clientCertificates: "optional" as const,
    admit: ({ isAuthorized, certificate }: Peer) => {
      if (isAuthorized && certificate?.commonName === "node-1") return undefined;
      turnedAway.push(certificate?.commonName);
      return new Error("not that one");
    },
  };
  const { address } = await useServer(t, { router: noting(peers), tls });
  for (const bad of [undefined, foreign.issue("node-1"), authority.issue("node-2")]) {
    const { error } = await useGrpcJs(t, address, shown(bad)).unary("/t.T/Echo", "x");
    assert.equal(error?.code, 14);
  }
  const { reply } = await useGrpcJs(t, address, shown(node)).unary("/t.T/Echo", "x");
  assert.equal(reply, "x");
  assert.equal(peers.length, 1);
  assert.deepEqual(new Set(turnedAway), new Set([undefined, "node-1", "node-2"]));
});

test("a client that negotiates no protocol speaks HTTP/2", async (t) => {
  const { port } = await useServer(t, { router: noting([]), tls: own });
  const socket = connect({ host: "127.0.0.1", port, ca: authority.cert });
  t.after(() => socket.destroy());
  await once(socket, "secureConnect");
  assert.equal(socket.alpnProtocol, false);
  const session = connectHttp2("https://localhost", { createConnection: () => socket });
  t.after(() => session.destroy());
  const stream = session.request({
    ":method": "POST",
    ":path": "/t.T/Echo",
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.resume().end();
  const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders];
  assert.equal(headers["content-type"], "application/grpc");
});

test("new certificates for new handshakes; running streams go on", async (t) => {
  const tls = { ...own, ca: authority.cert, clientCertificates: "required" as const };
  const { address, server } = await useServer(t, { router: noting([]), tls });
  const stream = useGrpcJs(t, address, shown(node)).bidi("/t.T/Echo");
  stream.write(Buffer.from("before"));
  await once(stream, "data");

  server.setTls({ ...foreign.issue("server"), ca: foreign.cert });
  const old = await useGrpcJs(t, address, shown(node)).unary("/t.T/Echo", "x");
  assert.equal(old.error?.code, 14);
  const client = useGrpcJs(t, address, shown(foreign.issue("n"), foreign.cert));
  assert.equal((await client.unary("/t.T/Echo", "x")).reply, "x");

  stream.write(Buffer.from("after"));
  const [reply] = await once(stream, "data");
  assert.equal(String(reply), "after");
  stream.end();
  await once(stream, "status");
});

test("a server that listens after the change has the new certificate too", async (t) => {
  const { server } = await useServer(t, { router: noting([]), tls: own });
  server.setTls(foreign.issue("server"));
  const { port } = await server.listen({ port: 0 });
  const client = useGrpcJs(t, `127.0.0.1:${port}`, shown(undefined, foreign.cert));
  assert.equal((await client.unary("/t.T/Echo", "x")).reply, "x");
});

test("certificates that are no certificates are refused, and the old ones stay", async (t) => {
  const { address, server } = await useServer(t, { router: noting([]), tls: own });
  assert.throws(() => server.setTls({ cert: "nonsense", key: "nonsense" }));
  assert.equal((await useGrpcJs(t, address, shown()).unary("/t.T/Echo", "x")).reply, "x");
});

test("garbage and cleartext instead of a handshake", async (t) => {
  const { port, address } = await useServer(t, { router: noting([]), tls: own });
  for (const bytes of ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\xff\xff\xff", "GET /"]) {
    await closed(useSocket(t, port, Buffer.from(bytes, "latin1"), Buffer.alloc(100)));
  }
  assert.equal((await useGrpcJs(t, address, shown()).unary("/t.T/Echo", "x")).reply, "x");
});

test("a client that wants another protocol has nothing to speak here", async (t) => {
  const { port, server } = await useServer(t, { router: noting([]), tls: own });
  const options = { port, host: "127.0.0.1", ca: authority.cert, ALPNProtocols: ["http/1.1"] };
  const socket = connect(options);
  await assert.rejects(once(socket, "secureConnect"), /no application protocol/i);
  await until(() => server.connections === 0);
});

test("sessions of clients with certificates are not resumed", async (t) => {
  const tls = { ...own, ca: authority.cert, clientCertificates: "required" as const };
  const { port, server } = await useServer(t, { router: noting([]), tls });
  const options = { port, host: "127.0.0.1", servername: "localhost", ALPNProtocols: ["h2"] };
  const isReused = async (session: Buffer | undefined): Promise<boolean> => {
    const socket = connect({
      ...options,
      ...node,
      ca: authority.cert,
      ...(session && { session }),
    });
    await once(socket, "secureConnect");
    const reused = socket.isSessionReused();
    socket.destroy();
    return reused;
  };
  const first = connect({ ...options, ...node, ca: authority.cert });
  const [session] = (await once(first, "session")) as [Buffer];
  first.destroy();
  assert.equal(await isReused(session), false);
  server.setTls({ ...own, ca: authority.cert });
  const second = connect({ ...options, ...node, ca: authority.cert });
  const [later] = (await once(second, "session")) as [Buffer];
  second.destroy();
  assert.equal(await isReused(later), false);
});

test("who holds all its connections and says nothing takes none of others", {
  timeout: 60_000,
}, async (t) => {
  const router = noting([]);
  const limits = { maxConnectionsPerAddress: 2, handshakeTimeoutMs: 3_600_000 };
  const { port, address, server } = await useServer(t, { router, tls: own, limits });
  const silent = [useSocket(t, port), useSocket(t, port)];
  await Promise.all(silent.map((socket) => once(socket, "connect")));
  await closed(useSocket(t, port));
  const elsewhere = connectTcp({ port, host: "127.0.0.1", localAddress: "127.0.0.2" });
  const other = connect({ socket: elsewhere, ca: authority.cert, ALPNProtocols: ["h2"] });
  t.after(() => other.destroy());
  await once(other, "secureConnect");
  for (const socket of [other, ...silent]) socket.destroy();
  // The server learns of their end a moment later; a client that is refused waits for seconds.
  while (!(await isLetIn(port)));
  await until(() => server.connections === 0);
  const { reply } = await useGrpcJs(t, address, shown()).unary("/t.T/Echo", "x");
  assert.equal(reply, "x");
});

/** Whether a handshake comes to its end. */
async function isLetIn(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1", ca: authority.cert, ALPNProtocols: ["h2"] });
  try {
    await once(socket, "secureConnect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test("a handshake that nobody ends holds up no stop", { timeout: 60_000 }, async (t) => {
  const limits = { handshakeTimeoutMs: 3_600_000 };
  const { port, server, address } = await useServer(t, { router: noting([]), tls: own, limits });
  const silent = useSocket(t, port);
  await once(silent, "connect");
  // Connections are taken in the order in which they come.
  assert.equal((await useGrpcJs(t, address, shown()).unary("/t.T/Echo", "x")).reply, "x");
  const gone = closed(silent);
  await server.drain(1_000);
  await gone;
});
