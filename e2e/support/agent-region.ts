import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { CommandLine } from "./command-line.ts";
import { DaemonProcess } from "./daemon-process.ts";
import { eventually } from "./eventually.ts";
import { killHostProcesses } from "./host-machines.ts";
import { prepareQemuRegion } from "./qemu-region.ts";

/** Guests boot without acceleration, on a busy host. */
const BOOT_MS = 300_000;
/** Each question is a process of its own, and takes a processor from the guests. */
const POLL_MS = 3000;

/** A daemon whose guests have the agent, with a network for them. */
export interface AgentRegion {
  /** Of this test alone. */
  readonly directory: string;
  readonly dataDir: string;
  readonly daemon: DaemonProcess;
  readonly cli: CommandLine;
}

/** What `server create NAME` needs beside the name. */
export const AGENT_SERVER: readonly string[] = [
  ...["--network", "demo", "--flavor", "smallest", "--image", "signalbox-agent"],
];

/** Starts it and waits until its image is ready; nothing of it outlives the test. */
export async function startAgentRegion(t: TestContext): Promise<AgentRegion> {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-nodes-"));
  const dataDir = join(directory, "data");
  const daemon = await DaemonProcess.start(dataDir, prepareQemuRegion(directory, "agent"));
  t.after(async () => {
    await daemon.kill();
    // Machines outlive their daemon, also one that a failed test leaves behind.
    await killHostProcesses(dataDir);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  const cli = new CommandLine({ SIGNALBOX_DATA_DIR: dataDir });
  await cli.ok("network", "create", "demo", "--prefix", "10.77.0.0/24", "--wait");
  await cli.ok("image", "get", "signalbox-agent", "--wait");
  return { directory, dataDir, daemon, cli };
}

/** Waits until the agents of all these guests answer; gives the table of `node version`. */
export function untilAgentsAnswer(cli: CommandLine, nodes: readonly string[]): Promise<string> {
  return eventually(
    `the agents of ${nodes.join()} answer`,
    BOOT_MS,
    async () => {
      const { code, stdout } = await cli.run("node", "version", "--nodes", nodes.join());
      return code === 0 ? stdout : undefined;
    },
    POLL_MS,
  );
}
