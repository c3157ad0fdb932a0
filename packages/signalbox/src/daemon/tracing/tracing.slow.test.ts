import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type SentSpan, useOtlpCollector } from "../testing/otlp-collector.ts";
import { SpawnedDaemon } from "../testing/spawned-daemon.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALLER = "b7ad6b7169203331";

interface ApiObject {
  readonly metadata: { readonly id: string };
  readonly status: { readonly state?: string; readonly powerState?: string };
}

async function useDaemon(t: TestContext, ...args: string[]): Promise<SpawnedDaemon> {
  const directory = mkdtempSync(join(tmpdir(), "tracing-"));
  const daemon = await SpawnedDaemon.start(join(directory, "data"), args);
  t.after(async () => {
    await daemon.stop("SIGKILL");
    rmSync(directory, { recursive: true });
  });
  return daemon;
}

async function get<T>(daemon: SpawnedDaemon, path: string): Promise<T> {
  return (await (await daemon.fetch(`/api/v2/${path}`)).json()) as T;
}

async function post(
  daemon: SpawnedDaemon,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<ApiObject> {
  const response = await daemon.fetch(`/api/v2/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.equal(response.status, 201, text);
  return JSON.parse(text) as ApiObject;
}

/** Makes a server under the caller's trace and awaits that it runs. */
async function runServer(daemon: SpawnedDaemon): Promise<string> {
  const { region, organization, project } = daemon.endpoints;
  const owner = { regionId: region, organizationId: organization, projectId: project };
  const network = await post(daemon, "networks", {
    metadata: { name: "net" },
    spec: { ...owner, prefix: "10.20.0.0/20", dnsNameservers: [] },
  });
  const [flavor] = await get<ApiObject[]>(daemon, `regions/${region}/flavors`);
  const images = await get<ApiObject[]>(daemon, `regions/${region}/images`);
  const image = images.find(({ status }) => status.state === "ready");
  const server = await post(
    daemon,
    "servers",
    {
      metadata: { name: "traced" },
      spec: {
        networkId: network.metadata.id,
        flavorId: flavor?.metadata.id,
        imageId: image?.metadata.id,
      },
    },
    { traceparent: `00-${TRACE}-${CALLER}-01` },
  );
  const { id } = server.metadata;
  for (let state: string | undefined; state !== "Running"; ) {
    state = (await get<ApiObject>(daemon, `servers/${id}`)).status.powerState;
  }
  return id;
}

test("one trace leads from a request through its reconciles to the provider", async (t) => {
  const collector = await useOtlpCollector(t);
  const daemon = await useDaemon(t, "--otlp-endpoint", collector.url);
  await runServer(daemon);
  const metrics = await fetch(`${daemon.endpoints.ops}/metrics`, {
    headers: { accept: "application/openmetrics-text" },
  });
  const text = await metrics.text();
  for (const measured of [
    /^signalbox_provider_call_.*call="ensureServer".* # \{.*trace_id="(\w+)"/m,
    /^http_request_duration_seconds_bucket.*operation="createServer".* # \{.*trace_id="(\w+)"/m,
  ]) {
    assert.equal(measured.exec(text)?.[1], TRACE, measured.source);
  }
  assert.equal((await daemon.stop()).code, 0);

  const spans = collector.spans.filter(({ traceId }) => traceId === TRACE);
  const childrenOf = (parent: SentSpan | undefined, name: string): SentSpan[] =>
    spans.filter((span) => span.name === name && span.parentSpanId === parent?.spanId);
  const [request, ...others] = spans.filter(({ name }) => name === "POST /api/v2/servers");
  assert.deepEqual(others, []);
  assert.equal(request?.parentSpanId, CALLER);
  const reconciles = childrenOf(request, "reconcile server");
  assert.ok(reconciles.length > 0, "the request has reconciles");
  const calls = reconciles.flatMap((span) => childrenOf(span, "provider ensureServer"));
  assert.ok(calls.length > 0, "a reconcile has a call to the provider");

  const network = collector.spans.find(({ name }) => name === "POST /api/v2/networks");
  assert.notEqual(network?.traceId, TRACE);
  assert.ok(
    collector.spans.some(
      ({ name, traceId }) => name === "reconcile network" && traceId === network?.traceId,
    ),
  );
});
