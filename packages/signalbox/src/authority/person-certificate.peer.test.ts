import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createServer, type TLSSocket } from "node:tls";
import { Peer } from "@signalbox/grpc";
import { NEEDS_OPENSSL } from "../credentials/testing/openssl.ts";
import { clientCertificateFault } from "../node-api/client-certificate-rule.ts";
import { issuePersonCertificate } from "./person-certificate.ts";
import { type AuthorityFixture, createAuthorityFixture } from "./testing/authority-fixture.ts";

const HOUR_MS = 3_600_000;

interface Files {
  readonly key: string;
  readonly certificate: string;
  readonly roots: string;
}

/** A person's key and certificate, made with openssl and certified by us. */
async function person(
  { folder, authority }: AuthorityFixture,
  newKey: readonly string[],
): Promise<Files> {
  const files = {
    key: join(folder, "key.pem"),
    certificate: join(folder, "certificate.pem"),
    roots: join(folder, "roots.pem"),
  };
  const request = join(folder, "request.pem");
  const args = ["req", "-new", "-nodes", "-subj", "/CN=x", "-keyout", files.key, "-out", request];
  execFileSync("openssl", [...args, ...newKey], { stdio: "ignore" });
  const issued = await issuePersonCertificate(authority, {
    request: readFileSync(request, "utf8"),
    commonName: "alice",
    roles: ["os:reader"],
    validMs: HOUR_MS,
  });
  writeFileSync(files.certificate, issued.certificatePem);
  writeFileSync(files.roots, authority.certificatePem);
  return files;
}

/** A server as the node API's: it answers the caller whom it took. */
async function listen(t: TestContext, { authority }: AuthorityFixture): Promise<number> {
  const { certificatePem: cert, keyPem: key } = await authority.issue({
    commonName: "signalbox",
    organizations: [],
    names: ["localhost"],
    addresses: ["127.0.0.1"],
    uris: [],
    usage: "server",
    validMs: HOUR_MS,
  });
  const ca = authority.certificatePem;
  const options = { cert, key, ca, requestCert: true, rejectUnauthorized: true };
  const server = createServer(options, (socket: TLSSocket) => {
    const peer = Peer.ofSocket(socket);
    socket.end(`${peer.certificate?.commonName} ${clientCertificateFault(peer) ?? "may enter"}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

const KEYS: readonly (readonly [string, readonly string[]])[] = [
  ["Ed25519", ["-newkey", "ed25519"]],
  ["ECDSA P-256", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]],
  ["RSA", ["-newkey", "rsa:2048"]],
];
for (const [name, newKey] of KEYS) {
  for (const version of ["-tls1_2", "-tls1_3"]) {
    test(
      `openssl enters with a certificate of a key for ${name}, ${version}`,
      NEEDS_OPENSSL,
      async (t) => {
        const fixture = await createAuthorityFixture(t);
        const { key, certificate, roots } = await person(fixture, newKey);
        const port = await listen(t, fixture);
        const args = ["s_client", "-connect", `127.0.0.1:${port}`, "-quiet", version];
        const tls = ["-key", key, "-cert", certificate, "-CAfile", roots, "-verify_return_error"];
        const names = ["-verify_ip", "127.0.0.1", "-servername", "localhost"];
        const client = spawn("openssl", [...args, ...tls, ...names], {
          stdio: ["pipe", "pipe", "ignore"],
        });
        let answer = "";
        client.stdout.on("data", (chunk: Buffer) => (answer += chunk.toString()));
        await once(client, "close");
        assert.equal(answer, "alice may enter");
      },
    );
  }
}
