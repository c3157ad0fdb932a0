import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Exit code of a daemon whose data directory another one uses (docs/cli.md). */
const LOCKED = 75;
const IN_USE =
  "a quickstart or a daemon runs here already: `./signalbox server list` asks it, Ctrl-C in its terminal stops it";

/** A running `signalbox serve`. */
export interface Daemon {
  /** Asks it to stop and answers its exit code. */
  stop(): Promise<number>;
  /** Resolves when it ends by itself. */
  readonly ended: Promise<number>;
}

/**
 * Starts the daemon and resolves at its line `ready`. It has a session of its own: Ctrl-C reaches
 * only us, who still need it to remove what was made.
 *
 * @throws Error when it ends before it is ready; its own words are on the screen by then
 */
export async function startDaemon(args: readonly string[], signal: AbortSignal): Promise<Daemon> {
  const child = spawn("./signalbox", ["serve", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const ended = once(child, "exit").then(([code]) => (code as number | null) ?? 1);
  const stop = async (): Promise<number> => {
    child.kill("SIGTERM");
    return await ended;
  };
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    process.stdout.write(`    ${line}\n`);
    if (line.startsWith("ready")) ready.resolve();
  });
  const early = ended.then((code) => {
    signal.throwIfAborted();
    throw new Error(
      code === LOCKED ? IN_USE : `the daemon ended with code ${code} before it was ready`,
    );
  });
  const interrupt = (): void => void stop();
  signal.addEventListener("abort", interrupt, { once: true });
  try {
    await Promise.race([ready.promise, early]);
  } finally {
    signal.removeEventListener("abort", interrupt);
    early.catch(() => {});
  }
  return { stop, ended };
}
