import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { until } from "@signalbox/testing";
import {
  Health as HealthDescriptor,
  HealthCheckResponse_ServingStatus as Status,
} from "#gen/grpc/health/v1/health_pb.js";
import { Router } from "../server/router.ts";
import { useServer } from "../testing/use-server.ts";
import { Health } from "./health.ts";

test("check, list and watch", async (t) => {
  const health = new Health();
  health.set("demo.Greeter", true);
  const { address } = await useServer(t, { router: new Router({ services: [health.service] }) });
  const baseUrl = `http://${address}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  t.after(() => sessionManager.abort());
  const client = createClient(HealthDescriptor, createGrpcTransport({ baseUrl, sessionManager }));

  assert.equal((await client.check({})).status, Status.SERVING);
  assert.equal((await client.check({ service: "demo.Greeter" })).status, Status.SERVING);
  await assert.rejects(client.check({ service: "other" }), { code: Code.NotFound });
  assert.deepEqual(Object.keys((await client.list({})).statuses), ["", "demo.Greeter"]);

  for (let n = 0; n < 98; n++) health.set(`many.${n}`, true);
  assert.equal(Object.keys((await client.list({})).statuses).length, 100);
  health.set("one.more", true);
  await assert.rejects(client.list({}), { code: Code.ResourceExhausted });
  health.remove("one.more");

  const seen: Status[] = [];
  const leave = new AbortController();
  const watch = async (): Promise<void> => {
    for await (const { status } of client.watch({ service: "later" }, { signal: leave.signal })) {
      seen.push(status);
      if (seen.length === 1) health.set("later", true);
      if (seen.length === 2) health.shutDown();
      if (seen.length === 3) leave.abort();
    }
  };
  await assert.rejects(watch(), { code: Code.Canceled });
  assert.deepEqual(seen, [Status.SERVICE_UNKNOWN, Status.SERVING, Status.NOT_SERVING]);
  health.set("demo.Greeter", true);
  assert.equal((await client.check({ service: "demo.Greeter" })).status, Status.NOT_SERVING);
  await until(() => health.watchers === 0);
});
