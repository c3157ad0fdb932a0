// The client command that people have for the node API, both generations of it: it restarts a real
// guest and sees it come back, and turns it off.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { AGENT_SERVER, startAgentRegion } from "./support/agent-region.ts";
import { clientCommands, runClient, withClientCommands } from "./support/client-command.ts";
import { eventually } from "./support/eventually.ts";

/** Without acceleration, on a busy host. */
const DEADLINE_MS = 180_000;
/** Each question is a process of its own. */
const POLL_MS = 1000;
const BOOT_ID = "/proc/sys/kernel/random/boot_id";

test("the client command restarts a guest and turns it off", withClientCommands, async (t) => {
  const { directory, cli } = await startAgentRegion(t);
  await cli.ok("server", "create", "a", ...AGENT_SERVER);
  const config = join(directory, "config");
  await cli.ok("node", "config", "new", "--role", "os:admin", "--out", config);
  const untilAnswers = (): Promise<true> =>
    eventually(
      "the agent answers",
      DEADLINE_MS,
      async () => {
        const { code } = await cli.run("node", "version", "-n", "a");
        return code === 0 ? true : undefined;
      },
      POLL_MS,
    );
  await untilAnswers();

  for (const client of clientCommands) {
    const run = (...args: readonly string[]) => runClient(client, config, ["-n", "a", ...args]);
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
    await eventually(
      "the server is off",
      DEADLINE_MS,
      async () => {
        const { status } = await cli.json<{ status: { powerState: string } }>("server", "get", "a");
        return status.powerState === "Stopped" ? true : undefined;
      },
      POLL_MS,
    );
    await cli.ok("server", "start", "a", "--wait");
    await untilAnswers();
  }
});
