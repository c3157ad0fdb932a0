import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "@signalbox/base";
import { startOpsServer } from "./ops-server.ts";
import { createPrometheusMetrics } from "./prometheus-metrics.ts";
import { latch, Readiness } from "./readiness.ts";

test("readiness names what it waits for, and fails first at a stop", async () => {
  const readiness = new Readiness();
  const controllers = latch("controllers", "not synced");
  readiness.add(controllers);
  const sources = { readiness, metrics: createPrometheusMetrics(), log: silentLog };
  const server = await startOpsServer(sources, { host: "127.0.0.1", port: 0 });
  const get = (path: string, method = "GET"): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}${path}`, { method });

  const before = await get("/readyz");
  assert.equal(before.status, 503);
  assert.deepEqual(await before.json(), {
    ready: false,
    notReady: [{ name: "controllers", reason: "not synced" }],
  });
  controllers.done();
  assert.equal((await get("/readyz?verbose")).status, 200);
  readiness.stop();
  const after = await get("/readyz");
  assert.equal(after.status, 503);
  assert.match(await after.text(), /"daemon","reason":"stopping"/);
  assert.equal((await get("/livez")).status, 200);

  assert.equal((await get("/constructor")).status, 404);
  const posted = await get("/metrics", "POST");
  assert.equal(posted.status, 405);
  assert.equal(posted.headers.get("allow"), "GET, HEAD");
  const head = await get("/metrics", "HEAD");
  assert.match(head.headers.get("content-type") ?? "", /^text\/plain/);
  await server.close();
});

test("libraries report through the metrics port, and share a name", async () => {
  const metrics = createPrometheusMetrics();
  const spec = { name: "signalbox_things_total", help: "Things.", labels: ["kind"] };
  metrics.counter(spec).add({ kind: "a" });
  metrics.counter(spec).add({ kind: "a" }, 2);
  metrics.gauge({ name: "signalbox_level", help: "Level." }).set(4);
  const seconds = { name: "signalbox_work_seconds", help: "Work.", buckets: [1, 2] };
  metrics.histogram(seconds).observe(1.5);
  metrics.sampled({ name: "signalbox_sampled", help: "Sampled." }, () => 7);
  const text = await metrics.render();
  for (const line of [
    'signalbox_things_total{kind="a"} 3',
    "signalbox_level 4",
    'signalbox_work_seconds_bucket{le="1"} 0',
    'signalbox_work_seconds_bucket{le="2"} 1',
    "signalbox_sampled 7",
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
});
