import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { SERVER } from "../../model/kinds.ts";
import type { FaultRule } from "../../providers/simulated/faults.ts";
import { IMAGE_ID, OTHER_IMAGE_ID, SERVER_ID } from "../testing/fixtures.ts";
import type { Rig } from "../testing/rig.ts";
import { isIn, reason, ref, withImage, withRunningServer } from "../testing/server-rig.ts";

const NO_SPACE: FaultRule = {
  on: "rebuild",
  fault: { reason: "rebuild_failed", message: "no space left" },
  times: 1,
};

/** A server that ran from the first image, and whose rebuild to the other one has failed. */
async function withFailedRebuild(t: TestContext): Promise<Rig> {
  const rig = await withRunningServer(t);
  rig.provider.faults.inject(NO_SPACE);
  await rig.change(SERVER, SERVER_ID, withImage(OTHER_IMAGE_ID));
  await rig.until("it has failed", () => reason(rig.server(SERVER_ID)) === "RebuildFailed");
  return rig;
}

async function machineOf(rig: Rig, t: TestContext) {
  return rig.provider.observeServer(ref(rig.server(SERVER_ID)), { signal: t.signal });
}

describe("a rebuild that failed and has left the old disk", () => {
  it("stays failed for as long as nobody acts", async (t) => {
    const rig = await withFailedRebuild(t);
    await rig.clock.advance(300_000);
    assert.equal(rig.server(SERVER_ID).status.rebuild?.state, "Failed");
    assert.equal((await machineOf(rig, t)).power, "failed");
  });

  it("is over when the image from before is chosen again", async (t) => {
    const rig = await withFailedRebuild(t);
    await rig.change(SERVER, SERVER_ID, withImage(IMAGE_ID));
    await rig.until("it runs", isIn(rig, "Running"));
    await rig.until("it says so", () => reason(rig.server(SERVER_ID)) === "Provisioned");
    const { rebuild, imageId } = rig.server(SERVER_ID).status;
    assert.deepEqual([rebuild, imageId], [undefined, IMAGE_ID]);
    assert.equal((await machineOf(rig, t)).fault, undefined);
  });
});
