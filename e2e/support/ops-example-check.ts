import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type ExampleOptions, ExampleProcess } from "./example-process.ts";

/** examples/ops-in-node-http: tells of itself, and stops when told to. */
export async function checkOpsInNodeHttp(t: TestContext, options: ExampleOptions): Promise<void> {
  const example = await ExampleProcess.start(t, options);
  const base = `http://${example.address}`;
  assert.equal(await (await fetch(`${base}/tea`)).text(), "ordered\n");
  assert.equal(
    await (await fetch(`${base}/ops/readyz`)).text(),
    '{"status":"healthy","checks":{"backlog":{"ok":true}}}\n',
  );
  const metrics = await (await fetch(`${base}/ops/metrics`)).text();
  assert.match(metrics, /^shop_requests_total\{method="GET"\} 1$/m);
  assert.match(metrics, /^shop_orders_waiting 1$/m);
  assert.match(metrics, /^shop_request_duration_seconds_count\{method="GET",outcome="ok"\} 1$/m);
  assert.equal((await fetch(`${base}/ops/info`)).status, 401);
  const authorization = `Basic ${Buffer.from("alice:secret").toString("base64")}`;
  const headers = { authorization, connection: "close" };
  const info = await fetch(`${base}/ops/info`, { headers });
  assert.equal(await info.text(), '{"version":"1.0.0"}\n');
  const drained = await fetch(`${base}/ops/drain`, { method: "POST", headers });
  assert.equal(drained.status, 202);
  assert.equal(await example.finish(), 0);
}
