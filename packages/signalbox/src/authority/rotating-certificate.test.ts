import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { connect, createServer, type Server, type TLSSocket } from "node:tls";
import { silentLog } from "@signalbox/base";
import { splitCertificates } from "../credentials/pem.ts";
import type { CertificateOrder } from "./certificate-order.ts";
import type { TlsIdentity } from "../credentials/tls-identity.ts";
import { RotatingCertificate } from "./rotating-certificate.ts";
import { type AuthorityFixture, createAuthorityFixture } from "./testing/authority-fixture.ts";

const HOUR_MS = 3_600_000;

const SERVER: CertificateOrder = {
  commonName: "machine",
  organizations: [],
  names: ["machine"],
  addresses: [],
  uris: [],
  usage: "server",
  validMs: 24 * HOUR_MS,
};
const CLIENT: CertificateOrder = {
  ...SERVER,
  commonName: "edge",
  organizations: ["os:impersonator"],
  names: [],
  usage: "client",
};

async function start(
  t: TestContext,
  { authority, clock }: AuthorityFixture,
  order: CertificateOrder,
): Promise<RotatingCertificate> {
  const deps = { authority, clock, log: silentLog };
  const certificate = await RotatingCertificate.start(() => order, deps);
  t.after(() => certificate.close());
  return certificate;
}

/** A server that demands client certificates of the authority. */
async function listen(t: TestContext, identity: TlsIdentity): Promise<Server> {
  const server = createServer({ ...identity, requestCert: true, rejectUnauthorized: true });
  server.on("tlsClientError", () => {});
  server.on("secureConnection", (socket) => {
    socket.on("error", () => {});
    socket.write("hello");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return server;
}

/** Resolves when the server has taken the client's certificate, too. */
async function shakeHands(t: TestContext, server: Server, client: TlsIdentity): Promise<TLSSocket> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1", servername: "machine", ...client });
  t.after(() => socket.destroy());
  const refused = once(socket, "close").then(() => Promise.reject(new Error("refused")));
  await Promise.race([once(socket, "data"), refused]);
  refused.catch(() => {});
  return socket;
}

function serialOf({ cert }: TlsIdentity): string {
  return new X509Certificate(cert).serialNumber;
}

test("edge and machine take each other over TLS, also across reissues", async (t) => {
  const fixture = await createAuthorityFixture(t);
  const machine = await start(t, fixture, SERVER);
  const edge = await start(t, fixture, CLIENT);
  const server = await listen(t, machine.current());
  machine.onChange((identity) => server.setSecureContext(identity));
  const first = await shakeHands(t, server, edge.current());
  const shown = first.getPeerX509Certificate()?.serialNumber;
  assert.equal(shown, serialOf(machine.current()));

  await Promise.all([machine.renew(), edge.renew()]);
  const second = await shakeHands(t, server, edge.current());
  assert.notEqual(second.getPeerX509Certificate()?.serialNumber, shown);
  assert.equal(first.destroyed, false, "a connection that stands goes on");
});

test("a certificate for servers does not do for a client", async (t) => {
  const fixture = await createAuthorityFixture(t);
  const machine = await start(t, fixture, SERVER);
  const server = await listen(t, machine.current());
  await assert.rejects(shakeHands(t, server, machine.current()));
  const edge = await start(t, fixture, CLIENT);
  await shakeHands(t, server, edge.current());
});

test("a certificate is issued anew at half its life, again and again", async (t) => {
  const fixture = await createAuthorityFixture(t);
  const certificate = await start(t, fixture, SERVER);
  const serials = [serialOf(certificate.current())];
  for (let n = 0; n < 3; n++) {
    const changed = new Promise<TlsIdentity>((resolve) => {
      certificate.onChange(resolve);
    });
    const { validToDate } = new X509Certificate(certificate.current().cert);
    const halfLifeMs = Math.floor((validToDate.getTime() - fixture.clock.now()) / 2);
    await fixture.clock.advance(halfLifeMs - 1);
    assert.equal(serialOf(certificate.current()), serials.at(-1), "not before its time");
    await fixture.clock.advance(2);
    serials.push(serialOf(await changed));
  }
  assert.equal(new Set(serials).size, 4);
});

test("a next root shows in what is trusted when it begins to sign, whatever the certificate's age", async (t) => {
  const fixture = await createAuthorityFixture(t);
  const certificate = await start(t, fixture, SERVER);
  const announced = new Promise<TlsIdentity>((resolve) => {
    certificate.onChange(resolve);
  });
  await fixture.authority.rotate({ announceMs: HOUR_MS, retireMs: HOUR_MS });
  assert.equal(splitCertificates((await announced).ca).length, 2);
  const changed = new Promise<TlsIdentity>((resolve) => {
    certificate.onChange(resolve);
  });
  await fixture.clock.advance(HOUR_MS);
  const { cert } = await changed;
  const root = new X509Certificate(fixture.authority.signingPem);
  assert.ok(new X509Certificate(cert).verify(root.publicKey));
});

test("a reissue that fails is tried again, and the present certificate stays", async (t) => {
  const fixture = await createAuthorityFixture(t);
  const { authority, clock } = fixture;
  let isBroken = false;
  const failures: unknown[] = [];
  const failed = Promise.withResolvers<void>();
  const log = {
    ...silentLog,
    error: (details: object) => {
      failures.push(details);
      failed.resolve();
    },
  };
  const order = (): CertificateOrder => {
    if (isBroken) throw new Error("no");
    return SERVER;
  };
  const certificate = await RotatingCertificate.start(order, { authority, clock, log });
  t.after(() => certificate.close());
  const before = serialOf(certificate.current());
  isBroken = true;
  await clock.advance(12 * HOUR_MS);
  await failed.promise;
  assert.equal(serialOf(certificate.current()), before);
  isBroken = false;
  const changed = new Promise<TlsIdentity>((resolve) => {
    certificate.onChange(resolve);
  });
  await clock.advance(60_000);
  assert.notEqual(serialOf(await changed), before);
  assert.equal(failures.length, 1);
});
