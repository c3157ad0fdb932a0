import assert from "node:assert/strict";
import { test } from "node:test";
import { ExampleProcess } from "./support/example-process.ts";

test("examples/ops-in-node-http tells of itself, and stops when told to", async (t) => {
  const example = await ExampleProcess.start(t, {
    file: "examples/ops-in-node-http/server.ts",
    flags: ["--conditions=source"],
    cwd: ".",
  });
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
});
