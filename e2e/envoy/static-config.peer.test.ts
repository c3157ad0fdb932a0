import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { freePort } from "./support/addresses.ts";
import { staticBootstrap } from "./support/bootstrap.ts";
import { EchoUpstream } from "./support/echo-upstream.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { routesTo, staticCluster, staticListener } from "./support/http-resources.ts";
import { Requester, request } from "./support/requester.ts";

test(
  "Envoy serves what stands in its bootstrap, without a failed request",
  withEnvoy,
  async (t) => {
    const [one, two] = [await EchoUpstream.start(t, "one"), await EchoUpstream.start(t, "two")];
    const envoy = await EnvoyProcess.start(
      t,
      staticBootstrap(
        [staticListener("l", 0, routesTo("r", "c"))],
        [staticCluster("c", [one.port, two.port])],
      ),
    );
    await envoy.admin.whenLive();

    const address = (await envoy.admin.listeners()).get("l") ?? "";
    const requester = Requester.start(t, Number(address.split(":")[1]));
    await eventually("200 requests", PATIENCE_MS, async () =>
      requester.sent > 200 ? true : undefined,
    );
    await requester.stop();
    assert.deepEqual(requester.failed, []);
    assert.deepEqual([...requester.answers.keys()].toSorted(), ["one", "two"]);

    assert.deepEqual((await envoy.admin.clusters()).get("c"), [
      `127.0.0.1:${one.port}`,
      `127.0.0.1:${two.port}`,
    ]);
    assert.equal(await envoy.admin.stat("http.l.downstream_rq_2xx"), requester.sent);
    const dump = await envoy.admin.dumpOf("ClustersConfigDump");
    assert.match(JSON.stringify(dump), /"name":"c"/);
    await envoy.stop();
  },
);

test("a request that Envoy cannot serve is counted as failed", withEnvoy, async (t) => {
  const port = await freePort();
  const envoy = await EnvoyProcess.start(
    t,
    staticBootstrap([staticListener("l", port, routesTo("r", "c"))], [staticCluster("c", [])]),
  );
  await envoy.admin.whenLive();
  const requester = Requester.start(t, port);
  await eventually("a failure", PATIENCE_MS, async () => requester.failed.at(0));
  await requester.stop();
  assert.match(requester.failed[0]?.reason ?? "", /^503 /);
  await envoy.stop();
  await assert.rejects(request(port), /ECONNREFUSED/);
});
