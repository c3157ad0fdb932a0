import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { DaemonProcess } from "./support/daemon-process.ts";

interface QueryRow {
  readonly value: number;
}

interface Helpers {
  skipWithout(program: string): string | false;
  usePrometheus(
    t: TestContext,
    jobs: readonly { readonly name: string; readonly port: number; readonly path: string }[],
  ): Promise<{
    query(expression: string): Promise<readonly QueryRow[]>;
    scraped(): Promise<void>;
  }>;
}

// By URL, because test helpers are no part of a package's face.
const helper = (name: string): string =>
  new URL(`../packages/ops/src/testing/${name}.ts`, import.meta.url).href;
const { skipWithout } = (await import(helper("peers"))) as Pick<Helpers, "skipWithout">;
const { usePrometheus } = (await import(helper("prometheus"))) as Pick<Helpers, "usePrometheus">;

async function useDaemon(t: TestContext): Promise<DaemonProcess> {
  const directory = await mkdtemp(join(tmpdir(), "scraped-"));
  const daemon = await DaemonProcess.start(directory, ["--provider", "simulated"]);
  t.after(async () => {
    await daemon.kill();
    await rm(directory, { recursive: true });
  });
  return daemon;
}

test("a real Prometheus scrapes the daemon, native histograms included", {
  skip: skipWithout("prometheus"),
}, async (t) => {
  const daemon = await useDaemon(t);
  const requests = 7;
  for (let n = 0; n < requests; n++) await daemon.call("GET", "/api/v2/networks");
  const port = Number(new URL(daemon.endpoints.ops).port);
  const prometheus = await usePrometheus(t, [{ name: "signalbox", port, path: "/metrics" }]);
  await prometheus.scraped();
  const value = async (expression: string): Promise<number | undefined> =>
    (await prometheus.query(expression))[0]?.value;

  const operation = 'operation="listNetworks"';
  assert.equal(await value(`http_requests_total{${operation},status="200"}`), requests);
  // Only the protobuf format has native histograms; a classic one has no such function.
  const seconds = `http_request_duration_seconds{${operation}}`;
  assert.equal(await value(`histogram_count(${seconds})`), requests);
  const median = await value(`histogram_quantile(0.5, ${seconds})`);
  assert.ok(median !== undefined && median > 0 && median < 10, `median ${median}`);
  assert.equal(await value('signalbox_provider_machines{state="running"}'), 0);
  assert.equal(await value('store_resources{kind="image"}'), 2);
  assert.equal(await value('health_check_ok{check="store"}'), 1);
});

test("promtool has nothing to say about the metrics of the daemon", {
  skip: skipWithout("promtool"),
}, async (t) => {
  const daemon = await useDaemon(t);
  await daemon.call("GET", "/api/v2/networks");
  const input = await (await fetch(`${daemon.endpoints.ops}/metrics`)).text();
  assert.match(input, /^http_request_duration_seconds_bucket/m);
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input });
  assert.deepEqual([String(stdout), String(stderr), status], ["", "", 0]);
});
