import { once } from "node:events";
import { resolve } from "node:path";
import { Commands } from "./commands.ts";
import { type Daemon, startDaemon } from "./daemon.ts";
import { announce, complain } from "./terminal.ts";
import { bootFirstServer, describeRegion } from "./tour.ts";

const DEFAULT_DATA_DIR = ".signalbox";

/**
 * A daemon with its usual data directory and a server to play with, until Ctrl-C. When the server
 * does not come up, or Ctrl-C comes before, it is removed again; one that is up goes on.
 *
 * @returns the daemon's exit code
 * @throws Error that says what failed, or an Interruption
 */
export async function runServing(
  serveArgs: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const given = process.env["SIGNALBOX_DATA_DIR"];
  const dataDir = resolve(given ?? DEFAULT_DATA_DIR);
  announce("start the daemon");
  const daemon = await startDaemon(serveArgs, signal);
  const commands = new Commands({ dataDir, isDefaultDataDir: given === undefined, signal });
  try {
    await offerServer(commands, dataDir);
  } catch (error) {
    announce("remove what was made");
    await commands.removeMade().catch(complain);
    await daemon.stop();
    throw error;
  }
  whatNext();
  return await untilStopped(daemon, signal);
}

async function offerServer(commands: Commands, dataDir: string): Promise<void> {
  const region = await describeRegion(commands);
  const servers = JSON.parse(
    await commands.read("server", "list", "--output", "json"),
  ) as unknown[];
  if (servers.length === 0) await bootFirstServer(commands, region, dataDir);
  else announce("servers of an earlier start are still here");
  await commands.run("server", "list");
}

async function untilStopped(daemon: Daemon, signal: AbortSignal): Promise<number> {
  const interrupted = signal.aborted ? undefined : once(signal, "abort");
  await Promise.race([daemon.ended, interrupted]);
  return await daemon.stop();
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
