import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const SCRIPT = join(import.meta.dirname, "../../../../../../scripts/build-guest-image");

export interface BuildOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the build script as a user does. */
export function buildGuestImage(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): BuildOutcome {
  const { status, stdout, stderr } = spawnSync(SCRIPT, [...args], {
    encoding: "utf8",
    env: environment,
    timeout: 300_000,
  });
  return { status, stdout, stderr };
}

/** Runs it in a process group of its own until it says something, then as Ctrl-C does; answers what ended it. */
export async function interruptGuestImage(args: readonly string[]): Promise<NodeJS.Signals | null> {
  const child = spawn(SCRIPT, [...args], { stdio: ["ignore", "pipe", "ignore"], detached: true });
  const ended = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  await once(child.stdout, "data");
  process.kill(-(child.pid ?? 0), "SIGINT");
  const [, signal] = await ended;
  return signal;
}

/** What the script needs that cannot come with the checkout; undefined when nothing lacks. */
export function missingForGuestImage(): string | undefined {
  const { status } = spawnSync("apt-cache", ["show", "linux-image-cloud-amd64"]);
  return status === 0 ? undefined : "Debian package lists (apt-get update)";
}
