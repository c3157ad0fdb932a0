// The second half of ./quickstart: the daemon, a first server, and what to try next.
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Commands } from "./commands.ts";
import { type Daemon, startDaemon } from "./daemon.ts";
import { processesUsing } from "./left-behind.ts";
import { announce } from "./terminal.ts";
import { bootFirstServer, cleanUp, proveLifeCycle, type TourRegion } from "./tour.ts";

const DEFAULT_DATA_DIR = ".signalbox";
const isOnce = process.argv.includes("--once");

process.exitCode = isOnce ? await runOnce() : await serve();

/** Everything once, in a directory of its own that is gone afterwards. */
async function runOnce(): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), "signalbox-quickstart-"));
  announce(`start the daemon (data in ${dataDir})`);
  const anyPort = "127.0.0.1:0";
  const listeners = ["--listen-rest", anyPort, "--listen-ops", anyPort];
  const daemon = await startDaemon(["--data-dir", dataDir, ...listeners]);
  try {
    const commands = new Commands(dataDir, false);
    const region = await describeRegion(commands);
    await bootFirstServer(commands, region, dataDir);
    await proveLifeCycle(commands, region, dataDir);
    await cleanUp(commands);
  } finally {
    announce("stop the daemon");
    const code = await daemon.stop();
    process.stdout.write(`    it ended with code ${code}\n`);
  }
  const left = [
    ...processesUsing(dataDir),
    ...(await readdir(join(dataDir, "qemu", "machines")).catch(() => [])),
    ...(existsSync(join(dataDir, "endpoints.json")) ? ["endpoints.json"] : []),
  ];
  await rm(dataDir, { recursive: true, force: true });
  if (left.length > 0) {
    process.stderr.write(`quickstart: left behind:\n${left.join("\n")}\n`);
    return 1;
  }
  announce("done: nothing is left behind");
  return 0;
}

/** A daemon with its usual data directory and a server to play with, until Ctrl-C. */
async function serve(): Promise<number> {
  const dataDir = resolve(DEFAULT_DATA_DIR);
  announce("start the daemon");
  const daemon = await startDaemon([]);
  forwardSignals(daemon);
  try {
    const commands = new Commands(dataDir, true);
    const region = await describeRegion(commands);
    const servers = JSON.parse(
      await commands.read("server", "list", "--output", "json"),
    ) as unknown[];
    if (servers.length === 0) await bootFirstServer(commands, region, dataDir);
    else announce("servers of an earlier start are still here");
    await commands.run("server", "list");
    whatNext();
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  return await daemon.ended;
}

/** Ctrl-C reaches the daemon too, as it is in our process group; SIGTERM reaches only us. */
function forwardSignals(daemon: Daemon): void {
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => void daemon.process.kill("SIGTERM"));
}

async function describeRegion(commands: Commands): Promise<TourRegion> {
  const regions = JSON.parse(await commands.read("region", "list", "--output", "json")) as {
    spec: { type: string };
  }[];
  const isReal = regions[0]?.spec.type === "qemu";
  if (!isReal) {
    announce("QEMU cannot be used here: the servers of this tour are simulated");
    return { isReal, flavor: "sim-standard-4", image: "ubuntu-24.04-amd64" };
  }
  announce("wait until the guest image is stored");
  await commands.run("image", "get", "signalbox-guest", "--wait");
  return { isReal, flavor: "tiny", image: "signalbox-guest" };
}

function whatNext(): void {
  announce("what to try next, in another terminal");
  process.stdout.write(`    ./signalbox server console first      (detach with Ctrl-])
    ./signalbox server stop first --wait
    ./signalbox server snapshot first my-image --wait
    ./signalbox server watch
    ./signalbox --help
    The API is described at the REST address above, /docs. Ctrl-C stops the daemon; servers go
    on running and are found again at the next start.
`);
}
