import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AgentProcess } from "./agent-process.ts";
import { CommandLine } from "./command-line.ts";
import { DaemonProcess } from "./daemon-process.ts";

/** Of every simulated region. */
const FLAVOR = "sim-standard-4";
const IMAGE = "ubuntu-24.04-amd64";

/** What each of the agents keeps running. */
const SERVICES = {
  services: [
    { id: "talker", command: "/bin/sh", args: ["-c", "echo hello; exec sleep 600"] },
    { id: "once", command: "/bin/echo", args: ["done"], restart: "never" },
    // For tests that start one again, while others look at what the other two do.
    { id: "again", command: "/bin/echo", args: ["done"], restart: "never" },
  ],
};

/**
 * A daemon and two agents that have enrolled with it, all processes of this host. Their machines
 * are simulated, in a network of loopback addresses, so that agents here can be theirs.
 */
export class HostAgents {
  /** Client configuration: `admin`, which is chosen, and `reader`. */
  readonly config: string;
  /** How calls name the two machines: address and port of their agents. */
  readonly nodes: readonly [string, string];
  /** Names a machine that nothing listens for. */
  readonly off: string;
  /** Of the agents' own host, to be listed, read and copied: `a.txt` in it says `first`. */
  readonly files: string;
  readonly #undo: AsyncDisposableStack;

  private constructor(
    folder: string,
    [a, b]: readonly [AgentProcess, AgentProcess],
    undo: AsyncDisposableStack,
  ) {
    this.nodes = [a.address, b.address];
    this.off = "127.9.255.1:1";
    this.config = join(folder, "config");
    this.files = join(folder, "files");
    this.#undo = undo;
  }

  /** Starts them all. What has started is stopped again when something does not. */
  static async start(): Promise<HostAgents> {
    await using undo = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), "signalbox-agents-"));
    undo.defer(() => rmSync(folder, { recursive: true }));
    const dataDir = join(folder, "data");
    const allow = ["--provider", "simulated", "--node-allow", "127.0.0.0/8"];
    const daemon = await DaemonProcess.start(dataDir, allow);
    undo.defer(() => daemon.kill());
    const cli = new CommandLine({ SIGNALBOX_DATA_DIR: dataDir });
    await cli.ok("network", "create", "host", "--prefix", "127.9.0.0/24", "--wait");
    writeFileSync(join(folder, "services.json"), JSON.stringify(SERVICES));
    const start = async (name: string): Promise<AgentProcess> => {
      const agent = await startAgent(cli, folder, name, daemon.endpoints.enrol);
      undo.defer(() => agent.stop());
      return agent;
    };
    const agents = await Promise.all([start("a"), start("b")]);
    const config = ["node", "config", "new", "--out", join(folder, "config")];
    await cli.ok(...config, "--context", "reader", "--role", "os:reader");
    await cli.ok(...config, "--context", "admin", "--role", "os:admin", "--merge");
    mkdirSync(join(folder, "files"));
    writeFileSync(join(folder, "files/a.txt"), "first\n", { mode: 0o640 });
    return new HostAgents(folder, agents, undo.move());
  }

  /** In the reverse order of the start. */
  async stop(): Promise<void> {
    await this.#undo.disposeAsync();
  }
}

async function startAgent(
  cli: CommandLine,
  folder: string,
  name: string,
  enrol: string,
): Promise<AgentProcess> {
  const made = ["--network", "host", "--flavor", FLAVOR, "--image", IMAGE, "--wait"];
  const { status } = await cli.json<{ status: { privateIP: string } }>(
    ...["server", "create", name, ...made],
  );
  const tokenFile = join(folder, `${name}.token`);
  writeFileSync(tokenFile, await cli.ok("node", "join-token", name), { mode: 0o600 });
  return AgentProcess.start([
    ...["--listen", `${status.privateIP}:0`, "--directory", join(folder, name)],
    ...["--enrol", enrol, "--token-file", tokenFile],
    ...["--config", join(folder, "services.json")],
  ]);
}
