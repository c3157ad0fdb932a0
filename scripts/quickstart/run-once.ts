import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Commands } from "./commands.ts";
import { startDaemon } from "./daemon.ts";
import { killProcessesUsing, leftBehindAtLast } from "./left-behind.ts";
import { announce, complain } from "./terminal.ts";
import { bootFirstServer, describeRegion, proveLifeCycle } from "./tour.ts";

const ANY_PORT = "127.0.0.1:0";

/**
 * The whole tour in a directory of its own that is gone afterwards, however the tour ended.
 *
 * @throws Error that says what failed or what was left, or an Interruption
 */
export async function runOnce(serveArgs: readonly string[], signal: AbortSignal): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "signalbox-quickstart-"));
  try {
    await tour(dataDir, serveArgs, signal);
    const left = await leftBehindAtLast(dataDir);
    if (left.length > 0) throw new Error(`left behind:\n${left.join("\n")}`);
  } finally {
    // After an orderly end there is none; a daemon that died leaves its machines running.
    killProcessesUsing(dataDir);
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
  announce("done: nothing is left behind");
}

async function tour(
  dataDir: string,
  serveArgs: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  announce(`start the daemon (data in ${dataDir})`);
  const listeners = ["rest", "ops", "xds", "node", "enrol"].flatMap((name) => [
    `--listen-${name}`,
    ANY_PORT,
  ]);
  const daemon = await startDaemon(["--data-dir", dataDir, ...listeners, ...serveArgs], signal);
  const commands = new Commands({ dataDir, signal });
  const cleanUp = async (): Promise<void> => {
    announce("delete everything");
    try {
      await commands.removeMade();
    } finally {
      announce("stop the daemon");
      process.stdout.write(`    it ended with code ${await daemon.stop()}\n`);
    }
  };
  try {
    const region = await describeRegion(commands);
    await bootFirstServer(commands, region, dataDir);
    await proveLifeCycle(commands, region, dataDir);
  } catch (error) {
    await cleanUp().catch(complain);
    throw error;
  }
  try {
    await cleanUp();
  } catch (error) {
    // Ctrl-C ends the commands that delete, too; what they leave goes with the directory.
    signal.throwIfAborted();
    throw error;
  }
}
