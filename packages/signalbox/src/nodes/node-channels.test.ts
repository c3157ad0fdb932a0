import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { silentLog, systemRandom, VirtualClock } from "@signalbox/base";
import type { RawClientCall } from "@signalbox/grpc";
import { NodeChannels, type NodeChannelsOptions } from "./node-channels.ts";

const agent = (identity: string, port = 9) => ({ agentAddress: `192.0.2.1:${port}`, identity });

function useChannels(t: TestContext, options: Partial<NodeChannelsOptions> = {}) {
  const clock = new VirtualClock();
  const deps = { clock, random: systemRandom, log: silentLog, material: () => ({}) };
  const channels = new NodeChannels({ ...deps, idleMs: 1_000, ...options });
  t.after(async () => {
    await channels.close(1);
    assert.deepEqual(channels.held, { connections: 0, streams: 0, timers: 0 });
    assert.equal(clock.pending, 0);
  });
  return { channels, clock };
}

/** A call that waits for a connection that never comes. */
function begin(channels: NodeChannels, identity: string): RawClientCall {
  return channels.get(agent(identity)).open(
    "/t.T/Do",
    { waitForReady: true },
    {
      onHeaders: () => {},
      onMessage: () => {},
      onDrain: () => {},
      onClose: () => {},
    },
  );
}

test("one channel a machine and address of its agent", (t) => {
  const { channels } = useChannels(t);
  const first = channels.get(agent("a"));
  assert.equal(channels.get(agent("a")), first);
  assert.notEqual(channels.get(agent("b")), first);
  assert.notEqual(channels.get(agent("a", 10)), first);
  assert.equal(channels.size, 3);
});

test("what no call has wanted for long goes, and the timer with the last", async (t) => {
  const { channels, clock } = useChannels(t);
  channels.get(agent("a"));
  await clock.advance(900);
  channels.get(agent("b"));
  const call = begin(channels, "c");
  await clock.advance(600);
  assert.equal(channels.size, 2);
  await clock.advance(5_000);
  assert.equal(channels.size, 1);
  call.cancel();
  await clock.advance(2_000);
  assert.equal(channels.size, 0);
  assert.equal(channels.held.timers, 0);
});

test("above the limit those go that were used longest ago, but none with a call", async (t) => {
  const { channels } = useChannels(t, { maxChannels: 2 });
  const call = begin(channels, "a");
  const b = channels.get(agent("b"));
  const c = channels.get(agent("c"));
  assert.equal(channels.size, 2);
  assert.equal(channels.get(agent("c")), c);
  assert.notEqual(channels.get(agent("b")), b);
  call.cancel();
});

test("a flush leaves calls alone, and gives the next ones new channels", async (t) => {
  const { channels } = useChannels(t);
  const call = begin(channels, "a");
  const before = channels.get(agent("a"));
  channels.get(agent("b"));
  channels.flush();
  assert.equal(channels.size, 0);
  assert.notEqual(channels.get(agent("a")), before);
  await Promise.resolve();
  assert.equal(channels.closing, 1);
  assert.equal(call.isEnded, false);
  call.cancel();
});

test("a closed set of channels hands out none that connect", async (t) => {
  const { channels } = useChannels(t);
  await channels.close(1);
  assert.equal(channels.get(agent("a")).state, "SHUTDOWN");
  assert.equal(channels.size, 0);
});
