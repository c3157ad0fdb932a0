import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { SERVER } from "../../model/kinds.ts";
import { startServer } from "../../model/server-power.ts";
import { SERVER_ID } from "../testing/fixtures.ts";
import type { Rig } from "../testing/rig.ts";
import { isIn, reason, ref, withRunningServer } from "../testing/server-rig.ts";

/** A server whose guest has run and has shut itself down. */
async function withGuestOff(t: TestContext): Promise<Rig> {
  const rig = await withRunningServer(t);
  rig.provider.shutDown(ref(rig.server(SERVER_ID)));
  await rig.until("it is off", isIn(rig, "Stopped"), 1_000);
  return rig;
}

const powerOf = async (rig: Rig, t: TestContext): Promise<string> =>
  (await rig.provider.observeServer(ref(rig.server(SERVER_ID)), { signal: t.signal })).power;

describe("a server whose guest shuts itself down", () => {
  it("is a stopped server from then on, and stays off", async (t) => {
    const rig = await withGuestOff(t);
    assert.equal(rig.server(SERVER_ID).power.desired, "stopped");
    await rig.clock.advance(600_000);
    assert.equal(await powerOf(rig, t), "stopped");
    const stored = rig.server(SERVER_ID);
    assert.equal(stored.status.powerState, "Stopped");
    assert.equal(reason(stored, "Available"), "Provisioned");
    assert.equal(reason(stored, "Healthy"), "Healthy");
    assert.deepEqual([stored.status.restarts, stored.status.exitReason], [undefined, undefined]);
  });

  it("runs again once it is started, and can be told to again", async (t) => {
    const rig = await withGuestOff(t);
    await rig.change(SERVER, SERVER_ID, (stored) => {
      const started = startServer(stored);
      assert.ok(started.ok);
      return started.value;
    });
    await rig.until("it runs again", isIn(rig, "Running"));
    rig.provider.shutDown(ref(rig.server(SERVER_ID)));
    await rig.until("it is off again", isIn(rig, "Stopped"), 1_000);
    assert.equal(rig.server(SERVER_ID).power.desired, "stopped");
  });

  it("is found off by the resync when the look after the event has failed", async (t) => {
    const rig = await withRunningServer(t);
    const effect = {
      type: "fail",
      code: "provider_unavailable",
      message: "not now",
      retryAfterMs: 86_400_000,
    } as const;
    rig.provider.faults.inject({ on: "observeServer", effect, times: 1 });
    rig.provider.shutDown(ref(rig.server(SERVER_ID)));
    await rig.until("it is off", isIn(rig, "Stopped"), 120_000);
    assert.equal(rig.server(SERVER_ID).power.desired, "stopped");
  });
});
