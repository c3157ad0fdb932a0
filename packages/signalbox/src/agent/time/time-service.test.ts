import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { seededRandom, VirtualClock } from "@signalbox/base";
import { Channel, clientOf, createGrpcServer, Router, STATUS } from "@signalbox/grpc";
import { TimeService } from "#gen/time/time_pb.js";
import { ntpAnswer, useNtpServer } from "./testing/ntp-server.ts";
import { createTimeService } from "./time-service.ts";

const NOW_MS = 1_700_000_000_000;
/** 1.5 s ahead. */
const SERVER_TIME = { seconds: 2_208_988_800 + 1_700_000_001, fraction: 0x8000_0000 };

async function useTime(t: TestContext, defaultServer?: string) {
  const port = await useNtpServer(t, (request) => [ntpAnswer(request, SERVER_TIME)]);
  const deps = { clock: new VirtualClock(NOW_MS), random: seededRandom(1), port };
  const service = createTimeService(deps, defaultServer === undefined ? {} : { defaultServer });
  const server = createGrpcServer({ router: new Router({ services: [service] }) });
  const { port: at } = await server.listen({ port: 0 });
  const channel = new Channel(`127.0.0.1:${at}`);
  t.after(async () => {
    channel.destroy();
    await server.close();
  });
  return clientOf(TimeService, channel);
}

test("both times, of the server that the client names", async (t) => {
  const { messages } = await (await useTime(t)).timeCheck({ server: "127.0.0.1" });
  const [time, ...others] = messages;
  assert.deepEqual(others, []);
  assert.equal(time?.server, "127.0.0.1");
  assert.equal(time.localtime?.seconds, 1_700_000_000n);
  assert.equal(time.localtime.nanos, 0);
  assert.equal(time.remotetime?.seconds, 1_700_000_001n);
  assert.equal(time.remotetime.nanos, 500_000_000);
});

test("the default server", async (t) => {
  const named = await (await useTime(t, "127.0.0.1")).time({});
  assert.equal(named.messages[0]?.server, "127.0.0.1");
});

test("no server at all", async (t) => {
  const client = await useTime(t);
  await assert.rejects(client.timeCheck({ server: "" }), { code: STATUS.INVALID_ARGUMENT });
});
