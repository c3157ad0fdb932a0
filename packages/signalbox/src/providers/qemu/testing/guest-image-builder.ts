import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";

const CHECKOUT = join(import.meta.dirname, "../../../../../..");
const SCRIPT = join(CHECKOUT, "scripts/build-guest-image");

/** Where the script has apt keep the package lists as it parsed them. */
const PARSED_LISTS = join(CHECKOUT, ".cache/guest-image/apt-lists.bin");

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

/**
 * Runs it in a process group of its own until the first tool that it asks for is at work, then does
 * as Ctrl-C does; answers what ended it. That tool is one of ours, which never comes to an end.
 *
 * @param place an empty directory
 */
export async function interruptGuestImage(
  args: readonly string[],
  place: string,
): Promise<NodeJS.Signals | null> {
  const atWork = join(place, "at-work");
  writeFileSync(join(place, "apt-cache"), `#!/bin/sh\n: >'${atWork}'\nexec sleep 600\n`, {
    mode: 0o755,
  });
  const child = spawn(SCRIPT, [...args], {
    stdio: "ignore",
    detached: true,
    env: { ...process.env, PATH: `${place}:${process.env["PATH"]}` },
  });
  const ended = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  while (!existsSync(atWork) && child.exitCode === null && child.signalCode === null) await turn();
  process.kill(-(child.pid ?? 0), "SIGINT");
  const [, signal] = await ended;
  return signal;
}

/** What the script needs that cannot come with the checkout; undefined when nothing lacks. */
export function missingForGuestImage(): string | undefined {
  const options = ["-o", `Dir::Cache::pkgcache=${PARSED_LISTS}`];
  const { status } = spawnSync("apt-cache", [...options, "show", "linux-image-cloud-amd64"]);
  return status === 0 ? undefined : "Debian package lists (apt-get update)";
}
