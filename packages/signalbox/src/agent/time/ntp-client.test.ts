import assert from "node:assert/strict";
import { test } from "node:test";
import { type Clock, seededRandom, systemClock, VirtualClock } from "@signalbox/base";
import { ownLoopback } from "@signalbox/testing";
import { compareTime, type TimeComparison } from "./ntp-client.ts";
import { ntpAnswer, useNtpServer } from "./testing/ntp-server.ts";

const HOUR = { seconds: 2_208_988_800 + 3600, fraction: 0 };
const random = seededRandom(3);
const never = new AbortController().signal;

function ask(port: number, clock: Clock, signal = never): Promise<TimeComparison> {
  return compareTime("127.0.0.1", { clock, random, port }, signal);
}

test("compares our time with the server's", async (t) => {
  const port = await useNtpServer(t, (request) => [ntpAnswer(request, HOUR)]);
  const clock = new VirtualClock(7_200_000);
  const { localNs, remoteNs } = await ask(port, clock);
  assert.deepEqual([localNs, remoteNs], [7_200_000_000_000n, 3_600_000_000_000n]);
});

test("answers to what nobody asked are nothing", async (t) => {
  const forged = { seconds: 1, fraction: 1 };
  const port = await useNtpServer(t, (request) => [
    Buffer.from("rubbish"),
    ntpAnswer(Buffer.alloc(48), forged),
    ntpAnswer(request, HOUR),
  ]);
  const { remoteNs } = await ask(port, new VirtualClock());
  assert.equal(remoteNs, 3_600_000_000_000n);
});

test("asks again when a packet is lost, and counts the way from the request that was answered", async (t) => {
  const clock = new VirtualClock();
  let requests = 0;
  const asked = Promise.withResolvers<void>();
  const port = await useNtpServer(t, (request) => {
    requests += 1;
    if (requests === 1) asked.resolve();
    return requests === 1 ? [] : [ntpAnswer(request, HOUR)];
  });
  const answer = ask(port, clock);
  await asked.promise;
  await clock.advance(1_500);
  const { remoteNs } = await answer;
  assert.equal(remoteNs, 3_600_000_000_000n);
  assert.equal(requests, 2);
});

test("a server that says nothing costs 4.5 s", async (t) => {
  const clock = new VirtualClock();
  const asked = Promise.withResolvers<void>();
  const port = await useNtpServer(t, () => {
    asked.resolve();
    return [];
  });
  const answer = assert.rejects(ask(port, clock), {
    code: "unavailable",
    message: /does not answer/,
  });
  await asked.promise;
  await clock.advance(4_500);
  await answer;
});

test("a port at which nobody listens", async () => {
  // None that is given to who asks for any.
  const deps = { clock: new VirtualClock(), random, port: 1 };
  const asked = compareTime(ownLoopback(), deps, never);
  await assert.rejects(asked, { code: "unavailable", message: /cannot be asked/ });
});

test("a host that does not exist", async () => {
  const deps = { clock: systemClock, random };
  const asked = compareTime("no-such-host.invalid", deps, never);
  await assert.rejects(asked, { code: "unavailable" });
});

test("a server that sends us away", async (t) => {
  const port = await useNtpServer(t, (request) => {
    const answer = ntpAnswer(request, HOUR);
    answer[1] = 0;
    answer.write("DENY", 12);
    return [answer];
  });
  const asked = ask(port, new VirtualClock());
  await assert.rejects(asked, { code: "unavailable", message: /sends us away \(DENY\)/ });
});

test("a client that leaves ends it", async (t) => {
  const leave = new AbortController();
  const port = await useNtpServer(t, () => {
    leave.abort();
    return [];
  });
  await assert.rejects(ask(port, new VirtualClock(), leave.signal), leave.signal.reason as Error);
});
