import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BOOTED, IMAGE_ID, OTHER_IMAGE_ID, server } from "../reconcilers/testing/fixtures.ts";
import type { Server, ServerStatus } from "./server.ts";
import { rebootServer, retryServer, startServer, stopServer } from "./server-power.ts";

const running = server("a", { status: BOOTED });
const stopped = server("a", {
  power: { desired: "stopped" },
  status: { ...BOOTED, powerState: "Stopped" },
});
const rebuilding = server("a", { status: BOOTED, spec: { imageId: OTHER_IMAGE_ID } });
const marked = (state: NonNullable<ServerStatus["rebuild"]>["state"]): Server =>
  server("a", {
    status: { ...BOOTED, rebuild: { targetImageId: IMAGE_ID, state, startedAt: "" } },
  });

function changed(result: ReturnType<typeof startServer>): Server {
  assert(result.ok);
  return result.value;
}

describe("power verbs", () => {
  it("change nothing when it is so already", () => {
    assert.equal(changed(startServer(running)), running);
    assert.equal(changed(stopServer(stopped)), stopped);
  });

  it("say what is wanted, and that it is on the way", () => {
    const starting = changed(startServer(stopped));
    assert.deepEqual([starting.power.desired, starting.status.powerState], ["running", "Pending"]);
    const stopping = changed(stopServer(running));
    assert.deepEqual([stopping.power.desired, stopping.status.powerState], ["stopped", "Stopping"]);
    assert.deepEqual(changed(rebootServer(running, "soft", "x")).power.reboot, {
      id: "x",
      mode: "soft",
    });
  });

  it("forget a reboot that a stop overtakes", () => {
    const asked = changed(rebootServer(running, "hard", "x"));
    assert.deepEqual(changed(stopServer(asked)).power, { desired: "stopped" });
  });

  it("are refused during a rebuild, and not after a failed one", () => {
    for (const busy of [rebuilding, marked("Initiated"), marked("Rebuilding")]) {
      assert.equal(startServer(busy).ok, false);
      assert.equal(stopServer(busy).ok, false);
      assert.equal(rebootServer(busy, "soft", "x").ok, false);
    }
    assert.equal(stopServer(marked("Failed")).ok, true);
  });

  it("reboot only what runs", () => {
    assert.equal(rebootServer(stopped, "soft", "x").ok, false);
    assert.equal(rebootServer(server("a"), "hard", "x").ok, false);
  });
});

describe("retryServer", () => {
  const failed = (reason: "CreateRetriesExhausted" | "Provisioning") =>
    server("a", {
      metadata: {
        conditions: [
          {
            type: "Available",
            status: "False",
            reason,
            message: "",
            since: "",
            observedGeneration: 1,
          },
        ],
      },
      status: { createFailures: 3 },
    });

  it("counts from nothing and asks for a new look", () => {
    const again = changed(retryServer(failed("CreateRetriesExhausted")));
    assert.equal(again.status.createFailures, 0);
    assert.equal(again.metadata.generation, 2);
  });

  it("is refused while there is nothing to try again", () => {
    assert.equal(retryServer(failed("Provisioning")).ok, false);
    assert.equal(retryServer(running).ok, false);
  });
});
