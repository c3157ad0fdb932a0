import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, VirtualClock } from "@signalbox/base";
import { Metadata } from "../metadata.ts";
import { Router } from "../server/router.ts";
import type { RawHandler } from "../server/raw-call.ts";
import { STATUS } from "../status.ts";
import { ageByCalls } from "../testing/age-by-calls.ts";
import { echo } from "../testing/raw-handlers.ts";
import { record, useChannel } from "../testing/use-channel.ts";
import { useServer } from "../testing/use-server.ts";

test("no call is lost or begun twice while connections grow old under it", async (t) => {
  const ports = new Set<number>();
  const begun = new Map<string, number>();
  const noting: RawHandler = (call) => {
    ports.add(call.peer.port);
    const id = call.metadata.get("id") ?? "";
    begun.set(id, (begun.get(id) ?? 0) + 1);
    return echo(call);
  };
  const clock = new VirtualClock();
  const { address } = await useServer(t, {
    router: new Router({ services: [{ name: "t.T", methods: { Echo: noting } }] }),
    clock,
    random: seededRandom(3),
    times: { maxAgeMs: 50, maxAgeGraceMs: 5_000 },
  });
  const channel = useChannel(t, address);
  let calls = 0;
  let refused = 0;
  const isOn = (): boolean => calls < 1_000 || ports.size < 30;
  const callOn = async (): Promise<void> => {
    while (isOn()) {
      const id = String((calls += 1));
      const metadata = Metadata.of([["id", id]]);
      const { status } = await record(channel, "/t.T/Echo", { metadata }, ["x"]).closed;
      if (status.code === STATUS.OK) assert.equal(begun.get(id), 1);
      else {
        // Caught between a GOAWAY and its number twice: not begun, and said so.
        assert.match(status.message, /REFUSED_STREAM/);
        assert.equal(begun.get(id), undefined);
        refused += 1;
      }
    }
  };
  await Promise.all([ageByCalls(clock, () => calls, isOn), ...Array.from({ length: 8 }, callOn)]);
  assert.ok(refused <= calls / 100, `${refused} of ${calls} calls were refused twice`);
});

const EXPECTED = new Set<number>([STATUS.OK, STATUS.CANCELLED, STATUS.DEADLINE_EXCEEDED]);

test("ten thousand calls leave nothing behind", async (t) => {
  const { address, server } = await useServer(t, {
    router: new Router({ services: [{ name: "t.T", methods: { Echo: echo } }] }),
    // Cancelling is the point here, and how many calls get that far depends on the machine.
    limits: { maxResetsPerSecond: 100_000 },
  });
  const channel = useChannel(t, address);
  const random = seededRandom(7);
  for (let round = 0; round < 20; round++) {
    const all = Array.from({ length: 500 }, (_, n) => {
      const controller = new AbortController();
      const deadlineMs = channel.clock.monotonic() + 1 + random.fraction() * 50;
      const options = { signal: controller.signal, ...(n % 3 === 0 ? { deadlineMs } : {}) };
      const seen = record(channel, "/t.T/Echo", options, n % 5 === 0 ? undefined : ["x"]);
      if (n % 5 === 0 || n % 7 === 0) setImmediate(() => controller.abort());
      return seen.closed;
    });
    for (const { status } of await Promise.all(all)) {
      assert.ok(EXPECTED.has(status.code), status.message);
    }
    assert.deepEqual([channel.calls, server.connections], [0, 1]);
  }
});
