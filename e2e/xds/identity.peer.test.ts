import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, suite, type TestContext, test } from "node:test";
import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import { typeUrls } from "@signalbox/envoy-api";
import { appliedResources } from "../envoy/support/applied-resources.ts";
import { dynamicBootstrap } from "../envoy/support/bootstrap.ts";
import { withEnvoy } from "../envoy/support/envoy-peer.ts";
import { EnvoyProcess } from "../envoy/support/envoy-process.ts";
import type { Variant } from "../envoy/support/variant.ts";
import type { DaemonProcess } from "../support/daemon-process.ts";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { type CertificateFiles, TestAuthority } from "../support/test-authority.ts";
import { TlsDaemon } from "../support/tls-daemon.ts";
import { AdsClient, CLUSTER } from "./ads-client.ts";

let tls: TlsDaemon;
let directory: string;
let authority: TestAuthority;
let daemon: DaemonProcess;

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

suite("the identity of xDS clients", () => {
  before(async () => {
    tls = await TlsDaemon.start(["--listen-xds", "0.0.0.0:0"]);
    ({ directory, authority, daemon } = tls);
    const nodes = ["--node", "edge-1", "--node", "spiffe://example.org/edge"];
    await tls.configureEdge([...nodes, "--cluster", "fleet"]);
  });
  after(() => tls.stop());

  describe("over mutual TLS", () => {
    test("a node is who its certificate says: by its common name or a URI", async (t) => {
      const byName = authority.issue("name", "edge-1");
      assert.equal((await clustersOf(t, byName, "edge-1")).length, 1);
      const uri = "spiffe://example.org/edge";
      const byUri = authority.issue("uri", "any", { uris: [uri] });
      assert.equal((await clustersOf(t, byUri, uri)).length, 1);
    });

    test("a node that takes the id of another is refused", async (t) => {
      const other = authority.issue("other", "edge-2", {
        organizations: ["edge-1"],
        dns: ["edge-1"],
      });
      await assert.rejects(clustersOf(t, other, "edge-1"), /PERMISSION_DENIED/);
      await assert.rejects(clustersOf(t, other, ""), /PERMISSION_DENIED/);
    });

    test("a node is of a cluster where its certificate says so", async (t) => {
      const member = authority.issue("member", "edge-3", { organizations: ["fleet"] });
      assert.equal((await clustersOf(t, member, "edge-3", "fleet")).length, 1);
      const intruder = authority.issue("intruder", "edge-4", { organizations: ["others"] });
      const options = { cluster: "fleet", credentials: channel(intruder) };
      const client = AdsClient.connect(t, daemon.endpoints.xds, "edge-4", options);
      // A later stream of a member is answered; had the intruder been a member, so had it been.
      await clustersOf(t, member, "edge-3", "fleet");
      assert.equal(client.answers.size, 0);
      assert.equal(client.ended, undefined);
    });

    test("a client without a certificate, or with a stranger's, gets no connection", async (t) => {
      const strangers = new TestAuthority(mkdtempSync(join(directory, "strangers-")));
      const stranger = strangers.issue("edge-1", "edge-1");
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

  describe("a real Envoy over mutual TLS", withEnvoy, () => {
    for (const variant of ["ads sotw", "ads delta", "rest"] as const) {
      test(`${variant}: it has what belongs to its certificate, and nothing with another's`, async (t) => {
        const own = await startEnvoy(t, variant, authority.issue("edge-1", "edge-1"));
        const clusters = await eventually("clusters", PATIENCE_MS, async () => {
          const found = await dynamicClusters(own);
          return found.length > 0 ? found : undefined;
        });
        assert.deepEqual(clusters, ["web"]);

        const other = await startEnvoy(t, variant, authority.issue("edge-2", "edge-2"));
        await other.admin.whenStat("cluster_manager.cds.update_failure", (count) => count > 0);
        assert.deepEqual(await dynamicClusters(other), []);
      });
    }
  });
});

/** An Envoy that says that it is `edge-1`. */
function startEnvoy(
  t: TestContext,
  variant: Variant,
  certificate: CertificateFiles,
): Promise<EnvoyProcess> {
  const xdsPort = Number(daemon.endpoints.xds.split(":").at(-1));
  const identity = { ...certificate, ca: authority.cert };
  return EnvoyProcess.start(t, dynamicBootstrap({ nodeId: "edge-1", variant, xdsPort, identity }));
}

async function dynamicClusters({ admin }: EnvoyProcess): Promise<readonly string[]> {
  const clusters = await appliedResources(admin, typeUrls.cluster);
  return clusters.map(({ name }) => name);
}
