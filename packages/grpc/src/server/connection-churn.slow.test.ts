import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { seededRandom } from "@signalbox/base";
import { useGrpcJs } from "../testing/grpc-js-client.ts";
import { echo } from "../testing/raw-handlers.ts";
import { useServer } from "../testing/use-server.ts";
import type { RawHandler } from "./raw-call.ts";
import { Router } from "./router.ts";

test("no call fails while connections grow old under it", { timeout: 60_000 }, async (t) => {
  const ports = new Set<number>();
  const noting: RawHandler = (call) => {
    ports.add(call.peer.port);
    return echo(call);
  };
  const router = new Router({ services: [{ name: "t.T", methods: { Echo: noting } }] });
  const { address } = await useServer(t, {
    router,
    random: seededRandom(3),
    times: { maxAgeMs: 50, maxAgeGraceMs: 5_000 },
  });
  const client = useGrpcJs(t, address);
  const endMs = performance.now() + 5_000;
  let calls = 0;
  const callOn = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const { error } = await client.unary("/t.T/Echo", "x");
      assert.equal(error, null, `call ${calls}: ${error?.message}`);
      calls += 1;
    }
  };
  const streamOn = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const call = client.bidi("/t.T/Echo");
      for (let i = 0; i < 10; i++) {
        call.write(Buffer.from(String(i)));
        await once(call, "data");
      }
      call.end();
      const [status] = await once(call, "status");
      assert.equal(status.code, 0);
      calls += 1;
    }
  };
  await Promise.all([callOn(), callOn(), callOn(), callOn(), streamOn(), streamOn()]);
  assert.ok(calls > 500 && ports.size > 30, `${calls} calls on ${ports.size} connections`);
});
