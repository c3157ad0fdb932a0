import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { test } from "node:test";
import { systemClock } from "@signalbox/base";
import { createTestAuthority, type TestAuthority, type TestCertificate } from "@signalbox/testing";
import { createAdminApi } from "../admin/admin-api.ts";
import { certificateAuthenticator } from "../auth/certificate-authenticator.ts";
import { Policy } from "../rbac/policy.ts";
import { type ListenerTls, startListener } from "./http-listener.ts";
import { nodeHandler } from "./node-handler.ts";

const clock = systemClock;
const authority = createTestAuthority("test authority");

/** What a listener shows, and whose clients it knows. */
function tlsOf(from: TestAuthority): ListenerTls {
  const { cert: certificate, key } = from.issue("server");
  return { certificate, key, clientCa: from.cert };
}

async function ask(port: number, ca: string, shown?: TestCertificate): Promise<number | undefined> {
  const target = { host: "127.0.0.1", port, path: "/info", agent: false };
  const request = httpsRequest({ ...target, ca, ...shown }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test("a client certificate is who its common name says, once it is verified", async (t) => {
  const foreign = createTestAuthority("foreign authority");
  const policy = new Policy();
  policy.setRole({ name: "reader", grants: ["admin:read"] });
  policy.setUser("prober", ["reader"]);
  const access = { policy, authenticator: certificateAuthenticator() };
  const handler = nodeHandler(createAdminApi({ clock, access }));
  const tls = tlsOf(authority);
  const open = await startListener(handler, { clock, tls });
  const strict = await startListener(handler, {
    clock,
    tls: { ...tls, requiresCertificate: true },
  });
  t.after(() => Promise.all([open.close(0), strict.close(0)]));
  const ca = authority.cert;
  assert.equal(await ask(open.port, ca, authority.issue("prober")), 200);
  assert.equal(await ask(open.port, ca, authority.issue("stranger")), 403);
  assert.equal(await ask(open.port, ca), 401);
  assert.equal(await ask(open.port, ca, foreign.issue("prober")), 401);
  assert.equal(await ask(strict.port, ca, authority.issue("prober")), 200);
  await assert.rejects(ask(strict.port, ca));
  await assert.rejects(ask(strict.port, ca, foreign.issue("prober")));

  strict.renewTls(tlsOf(foreign));
  assert.equal(await ask(strict.port, foreign.cert, foreign.issue("prober")), 200);
  await assert.rejects(ask(strict.port, ca, authority.issue("prober")));
});

test("handshakes that nobody ends keep nobody out, and hold up no stop", {
  timeout: 60_000,
}, async (t) => {
  const handler = nodeHandler(createAdminApi({ clock }));
  const tls = { ...tlsOf(authority), requiresCertificate: true };
  const options = { clock, tls, maxConnections: 3, requestTimeoutMs: 3_600_000 };
  const listener = await startListener(handler, options);
  const halfOpen = Array.from({ length: 3 }, () => connect(listener.port, listener.host));
  for (const socket of halfOpen) {
    socket.on("error", () => {});
    t.after(() => socket.destroy());
  }
  await Promise.all(halfOpen.map((socket) => once(socket, "connect")));
  const caller = authority.issue("prober");
  assert.equal(await ask(listener.port, authority.cert, caller), 200);
  await listener.close(0);
});
