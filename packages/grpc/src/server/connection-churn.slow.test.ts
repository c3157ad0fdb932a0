import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata, type StatusObject, status as jsStatus } from "@grpc/grpc-js";
import { seededRandom, VirtualClock } from "@signalbox/base";
import { ageByCalls } from "../testing/age-by-calls.ts";
import { useGrpcJs } from "../testing/grpc-js-client.ts";
import { echo } from "../testing/raw-handlers.ts";
import { useServer } from "../testing/use-server.ts";
import type { RawHandler } from "./raw-call.ts";
import { Router } from "./router.ts";

/**
 * A call that is caught between a GOAWAY and its number is refused, which means that it was not
 * begun. grpc-js sends such a call again once by itself; caught twice, it tells its caller.
 */
const REFUSED = "Stream refused by server";

test("no call is lost while connections grow old under it", { timeout: 300_000 }, async (t) => {
  const ports = new Set<number>();
  const begun = new Set<string>();
  const noting: RawHandler = (call) => {
    ports.add(call.peer.port);
    begun.add(call.metadata.get("id") ?? "");
    return echo(call);
  };
  const router = new Router({ services: [{ name: "t.T", methods: { Echo: noting } }] });
  const clock = new VirtualClock();
  const { address } = await useServer(t, {
    router,
    clock,
    random: seededRandom(3),
    times: { maxAgeMs: 50, maxAgeGraceMs: 5_000 },
  });
  const client = useGrpcJs(t, address);
  let calls = 0;
  let refused = 0;
  const isOn = (): boolean => calls < 1_000 || ports.size < 30;
  const callOn = async (): Promise<void> => {
    while (isOn()) {
      const metadata = new Metadata();
      const id = String((calls += 1));
      metadata.set("id", id);
      const { error } = await client.unary("/t.T/Echo", "x", metadata);
      if (error === null) continue;
      assert.equal(error.details, REFUSED);
      assert.ok(!begun.has(id), `call ${id} was begun and refused`);
      refused += 1;
    }
  };
  const streamOn = async (): Promise<void> => {
    while (isOn()) {
      const call = client.bidi("/t.T/Echo");
      call.on("error", () => {});
      const end = new Promise<StatusObject>((resolve) => call.once("status", resolve));
      let replies = 0;
      call.on("data", () => {
        replies += 1;
        if (replies < 10) call.write(Buffer.from("x"));
        else call.end();
      });
      call.write(Buffer.from("x"));
      const status = await end;
      calls += 1;
      if (status.code !== jsStatus.OK) {
        assert.deepEqual([status.details, replies], [REFUSED, 0]);
        refused += 1;
      }
    }
  };
  await Promise.all([
    ageByCalls(clock, () => calls, isOn),
    callOn(),
    callOn(),
    callOn(),
    callOn(),
    streamOn(),
    streamOn(),
  ]);
  assert.ok(refused < calls / 20, `${refused} of ${calls} calls were refused twice`);
});
