import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import { CommandLine } from "../support/command-line.ts";
import { DaemonProcess } from "../support/daemon-process.ts";
import { type CertificateFiles, TestAuthority, withOpenssl } from "../support/test-authority.ts";
import { AdsClient, CLUSTER } from "./ads-client.ts";

let directory: string;
let authority: TestAuthority;
let daemon: DaemonProcess;

before(async () => {
  if (withOpenssl.skip !== false) return;
  directory = mkdtempSync(join(tmpdir(), "signalbox-mtls-"));
  authority = new TestAuthority(directory);
  const { cert, key } = authority.issue("server", "/CN=localhost");
  daemon = await DaemonProcess.start(join(directory, "data"), [
    ...["--provider", "simulated", "--listen-xds", "0.0.0.0:0"],
    ...["--tls-cert", cert, "--tls-key", key, "--client-ca", authority.cert],
  ]);
  const cli = new CommandLine({
    SIGNALBOX_DATA_DIR: daemon.dataDir,
    SIGNALBOX_CA_FILE: authority.cert,
  });
  const claims = ["--node", "edge-1", "--node", "spiffe://example.org/edge", "--cluster", "fleet"];
  await cli.ok("xds", "group", "create", "edge", ...claims);
  const file = join(directory, "web.yaml");
  writeFileSync(file, `"@type": ${CLUSTER}\nname: web\n`);
  await cli.ok("xds", "put", "edge", file);
});
after(async () => {
  if (withOpenssl.skip !== false) return;
  await daemon.kill();
  rmSync(directory, { recursive: true });
});

function channel({ cert, key }: CertificateFiles): ChannelCredentials {
  return credentials.createSsl(readFileSync(authority.cert), readFileSync(key), readFileSync(cert));
}

/** The names of the clusters that a node is sent. */
async function clustersOf(
  t: TestContext,
  certificate: CertificateFiles,
  id: string,
  cluster = "",
): Promise<readonly string[]> {
  const options = { cluster, credentials: channel(certificate) };
  const client = AdsClient.connect(t, daemon.endpoints.xds, id, options);
  const answer = await client.until("the clusters", () => client.answers.get(CLUSTER));
  return answer.resources.map(({ value }) => Buffer.from(value).toString("latin1"));
}

describe("over mutual TLS", withOpenssl, () => {
  test("a node is who its certificate says: by its common name or a URI", async (t) => {
    const byName = authority.issue("name", "/CN=edge-1");
    assert.equal((await clustersOf(t, byName, "edge-1")).length, 1);
    const uri = "spiffe://example.org/edge";
    const byUri = authority.issue("uri", "/CN=any", `URI:${uri}`);
    assert.equal((await clustersOf(t, byUri, uri)).length, 1);
  });

  test("a node that takes the id of another is refused", async (t) => {
    const other = authority.issue("other", "/CN=edge-2/O=edge-1", "DNS:edge-1");
    await assert.rejects(clustersOf(t, other, "edge-1"), /PERMISSION_DENIED/);
    await assert.rejects(clustersOf(t, other, ""), /PERMISSION_DENIED/);
  });

  test("a node is of a cluster where its certificate says so", async (t) => {
    const member = authority.issue("member", "/CN=edge-3/O=fleet");
    assert.equal((await clustersOf(t, member, "edge-3", "fleet")).length, 1);
    const intruder = authority.issue("intruder", "/CN=edge-4/O=others");
    const options = { cluster: "fleet", credentials: channel(intruder) };
    const client = AdsClient.connect(t, daemon.endpoints.xds, "edge-4", options);
    // A later stream of a member is answered; had the intruder been a member, so had it been.
    await clustersOf(t, member, "edge-3", "fleet");
    assert.equal(client.answers.size, 0);
    assert.equal(client.ended, undefined);
  });

  test("a client without a certificate, or with a stranger's, gets no connection", async (t) => {
    const strangers = new TestAuthority(mkdtempSync(join(directory, "strangers-")));
    const stranger = strangers.issue("edge-1", "/CN=edge-1");
    await assert.rejects(clustersOf(t, stranger, "edge-1"), /UNAVAILABLE/);
    const bare = AdsClient.connect(t, daemon.endpoints.xds, "edge-1", {
      credentials: credentials.createSsl(readFileSync(authority.cert)),
    });
    await assert.rejects(
      bare.until("the clusters", () => bare.answers.get(CLUSTER)),
      /UNAVAILABLE/,
    );
  });
});
