import assert from "node:assert/strict";
import { performServerHandshake } from "node:http2";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createServer, type TlsOptions } from "node:tls";
import { createTestAuthority, until } from "@signalbox/testing";
import type { Peer } from "../peer.ts";
import type { RawHandler } from "../server/raw-call.ts";
import { Router } from "../server/router.ts";
import { STATUS } from "../status.ts";
import { answerOk } from "../testing/http2-server.ts";
import { echo } from "../testing/raw-handlers.ts";
import { record, useChannel } from "../testing/use-channel.ts";
import { useServer } from "../testing/use-server.ts";
import type { ClientTlsMaterial } from "./client-tls.ts";

const authority = createTestAuthority("test authority");
const foreign = createTestAuthority("foreign authority");
const own = authority.issue("server", { dns: ["node-1.example"] });
const trusting: ClientTlsMaterial = { ca: authority.cert };
const CALL = "/t.T/Echo";

function noting(peers: Peer[]): Router {
  const note: RawHandler = (call) => {
    peers.push(call.peer);
    return echo(call);
  };
  return new Router({ services: [{ name: "t.T", methods: { Echo: note } }] });
}

test("TLS, verified against an address and against a name", async (t) => {
  const { address, port } = await useServer(t, { router: noting([]), tls: own });
  // Another server may have the same port of ::1.
  const lookup = async () => [{ address: "127.0.0.1", family: 4 }];
  for (const target of [address, `localhost:${port}`]) {
    const channel = useChannel(t, target, { tls: { material: () => trusting }, lookup });
    const seen = record(channel, CALL, {}, ["x"]);
    assert.deepEqual((await seen.closed).status, { code: STATUS.OK, message: "" });
  }
});

test("a certificate that is not the server's, or nobody's, is refused", async (t) => {
  const { address } = await useServer(t, { router: noting([]), tls: own });
  const cases = [
    [{ material: () => trusting, serverName: "other.example" }, /does not match/],
    [{ material: () => trusting, serverName: "10.1.2.3" }, /not in the cert's list/],
    [{ material: () => ({ ca: foreign.cert }) }, /certificate/],
    [{ material: () => Promise.reject(new Error("no material")) }, /no material/],
    [{ material: () => ({ ca: authority.cert, cert: "x", key: "y" }) }, /PEM/],
  ] as const;
  for (const [tls, message] of cases) {
    const channel = useChannel(t, address, { tls });
    const { status } = await record(channel, CALL, {}, []).closed;
    assert.equal(status.code, STATUS.UNAVAILABLE);
    assert.match(status.message, message);
  }
  const named = { material: () => trusting, serverName: "node-1.example" };
  const { status } = await record(useChannel(t, address, { tls: named }), CALL, {}, []).closed;
  assert.equal(status.code, STATUS.OK);
});

test("the caller decides who the server is, among those the authority signed", async (t) => {
  const { address } = await useServer(t, { router: noting([]), tls: own });
  const verify = (wanted: string) => ({
    material: () => trusting,
    verify: ({ commonName }: { commonName: string | undefined }) =>
      commonName === wanted ? undefined : new Error(`this is ${commonName}`),
  });
  const good = useChannel(t, address, { tls: verify("server") });
  assert.equal((await record(good, CALL, {}, []).closed).status.code, STATUS.OK);
  const bad = useChannel(t, address, { tls: verify("another") });
  const { status } = await record(bad, CALL, {}, []).closed;
  assert.equal(status.message, 'connection error: desc = "this is server"');
});

test("mutual TLS; new material for the next handshake, the old connection goes on", async (t) => {
  const peers: Peer[] = [];
  const tls = { ...own, ca: authority.cert, clientCertificates: "required" as const };
  const { address, server } = await useServer(t, { router: noting(peers), tls });
  let material: ClientTlsMaterial = { ...trusting, ...authority.issue("first") };
  let asked = 0;
  const channel = useChannel(t, address, {
    tls: {
      material: () => {
        asked += 1;
        return material;
      },
    },
  });
  const running = record(channel, CALL, {});
  await until(() => peers.length === 1);
  material = { ca: foreign.cert, ...foreign.issue("second") };
  server.setTls({ ...foreign.issue("server"), ca: foreign.cert });
  await record(channel, CALL, {}, []).closed;
  assert.equal(asked, 1);
  const next = useChannel(t, address, { tls: { material: () => material } });
  assert.equal((await record(next, CALL, {}, []).closed).status.code, STATUS.OK);
  assert.deepEqual(
    peers.map(({ certificate }) => certificate?.commonName),
    ["first", "first", "second"],
  );
  running.call.halfClose();
  assert.equal((await running.closed).status.code, STATUS.OK);
});

test("a client without the certificate that is asked for", async (t) => {
  const tls = { ...own, ca: authority.cert, clientCertificates: "required" as const };
  const { address } = await useServer(t, { router: noting([]), tls });
  const channel = useChannel(t, address, { tls: { material: () => trusting } });
  const { status } = await record(channel, CALL, {}, []).closed;
  assert.equal(status.code, STATUS.UNAVAILABLE);
});

test("cleartext where TLS is wanted, and the other way round", async (t) => {
  const plain = await useServer(t, { router: noting([]) });
  const secret = await useServer(t, { router: noting([]), tls: own });
  const first = useChannel(t, plain.address, { tls: { material: () => trusting } });
  assert.equal((await record(first, CALL, {}, []).closed).status.code, STATUS.UNAVAILABLE);
  const second = useChannel(t, secret.address);
  assert.equal((await record(second, CALL, {}, []).closed).status.code, STATUS.UNAVAILABLE);
});

test("a server that knows no protocol names, and one that knows only others", async (t) => {
  const serve = async (more: TlsOptions): Promise<string> => {
    const server = createServer({ ...own, ...more }, (socket) => {
      performServerHandshake(socket)
        .on("stream", answerOk)
        .on("error", () => {});
    });
    server.on("tlsClientError", () => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const tls = { material: () => trusting };
  const none = useChannel(t, await serve({}), { tls });
  assert.equal((await record(none, CALL, {}, []).closed).status.code, STATUS.OK);
  const other = useChannel(t, await serve({ ALPNProtocols: ["http/1.1"] }), { tls });
  assert.equal((await record(other, CALL, {}, []).closed).status.code, STATUS.UNAVAILABLE);
});
