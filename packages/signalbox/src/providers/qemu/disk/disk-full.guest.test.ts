import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { desiredServer } from "../../conformance/desired.ts";
import { CALM, prints, reach, refOf, settles } from "../../conformance/steps.ts";
import { MACHINE_TEST, ProviderPlace } from "../testing/provider-place.ts";
import { skipWithout } from "../testing/peer-missing.ts";
import { createQemuHarness, script } from "../testing/qemu-harness.ts";

const canMount = spawnSync("unshare", ["--mount", "true"]).status === 0;
const lacksRoot = skipWithout(
  canMount ? undefined : "root, to mount a small file system",
  process.env,
);
const options = { ...MACHINE_TEST, skip: MACHINE_TEST.skip || lacksRoot };

describe("a file system that fills up under a running guest", options, () => {
  it("pauses the guest, says so, and lets it go on when there is room", async (t) => {
    const place = new ProviderPlace({ diskReserveBytes: 4 * 1024 ** 2, diskOvercommit: 10 });
    const resize = place.mount("100M");
    const harness = await createQemuHarness({}, place);
    t.after(() => harness.dispose());
    const server = desiredServer(
      harness,
      script(
        "echo filling up",
        "dd if=/dev/urandom of=/root/filler bs=1M count=80",
        "sync",
        "echo all written",
      ),
    );
    // Not until it is seen running: that may be over before anybody looks.
    await harness.provider.ensureServer(server, CALM);
    await prints(harness, server, "filling up");
    const { fault } = await settles(harness, server, "failed");
    assert.equal(fault?.reason, "disk_full");
    const still = await harness.provider.ensureServer(server, CALM);
    assert.deepEqual([still.power, still.fault?.reason], ["failed", "disk_full"]);

    resize("300M");
    const again = await reach(harness, server);
    assert.equal(again.fault, undefined);
    await prints(harness, server, "all written");
    await harness.provider.removeServer(refOf(server), CALM);
  });
});
