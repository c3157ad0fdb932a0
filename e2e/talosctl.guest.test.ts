// The client command that people have for the node API, both generations of it: it restarts a real
// guest and sees it come back, and turns it off.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { AGENT_SERVER, startAgentRegion, untilAgentsAnswer } from "./support/agent-region.ts";
import { eventually } from "./support/eventually.ts";
import { QEMU_MISSING } from "./support/qemu-missing.ts";
import { runTalosctl, TALOSCTL_MISSING, TALOSCTLS } from "./support/talosctl.ts";

/** Without acceleration, on a busy host. */
const OFF_MS = 300_000;
const BOOT_ID = "/proc/sys/kernel/random/boot_id";

test("the client command restarts a guest and turns it off", {
  skip: TALOSCTL_MISSING || QEMU_MISSING,
}, async (t) => {
  const { directory, cli } = await startAgentRegion(t);
  await cli.ok("server", "create", "a", ...AGENT_SERVER);
  const config = join(directory, "config");
  await cli.ok("node", "config", "new", "--role", "os:admin", "--out", config);
  await untilAgentsAnswer(cli, ["a"]);

  for (const talosctl of TALOSCTLS) {
    const run = (...args: readonly string[]) => runTalosctl(talosctl, config, ["-n", "a", ...args]);
    // A forced one closes no connections.
    for (const mode of ["default", "force"]) {
      const before = await run("read", BOOT_ID);
      const reboot = await run("reboot", "--mode", mode, "--wait", "--timeout", "3m");
      assert.equal(reboot.code, 0, reboot.stderr);
      assert.match(reboot.stderr, /^"a": post check passed$/m);
      const after = await run("read", BOOT_ID);
      assert.deepEqual([before.code, after.code], [0, 0]);
      assert.notEqual(after.stdout, before.stdout);
    }

    const shutdown = await run("shutdown", "--wait", "--timeout", "3m");
    assert.equal(shutdown.code, 0, shutdown.stderr);
    assert.match(shutdown.stderr, /^"a": events check condition met$/m);
    await eventually("the server is off", OFF_MS, async () => {
      const { status } = await cli.json<{ status: { powerState: string } }>("server", "get", "a");
      return status.powerState === "Stopped" ? true : undefined;
    });
    await cli.ok("server", "start", "a", "--wait");
    await untilAgentsAnswer(cli, ["a"]);
  }
});
