import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@signalbox/base";
import { MACHINE_FILES } from "../machine/machine-files.ts";
import { LAUNCH_SCRIPT } from "./launch-script.ts";

export interface Launch {
  /** The machine's directory. */
  readonly directory: string;
  /** QEMU's program and arguments. */
  readonly command: readonly string[];
  /** How much serial output is kept, in bytes: two segments of half of it. */
  readonly consoleBytes: number;
  /** Directories where programs are looked for, as in `PATH`. */
  readonly searchPath: string;
}

/**
 * Starts a machine in a session of its own, with no descriptor of ours: neither Ctrl-C on the
 * daemon nor its death reaches it.
 *
 * @throws Problem `provider_unavailable` when the shell cannot be started
 */
export async function launchMachine(launch: Launch): Promise<void> {
  const { directory, command, consoleBytes, searchPath } = launch;
  // Whoever waits for this run is not to read how the one before it ended.
  await rm(join(directory, MACHINE_FILES.exitStatus), { force: true });
  const child = spawn("/bin/sh", ["-c", LAUNCH_SCRIPT, "signalbox-machine", ...command], {
    cwd: directory,
    detached: true,
    stdio: "ignore",
    env: {
      PATH: searchPath,
      LC_ALL: "C",
      // split runs its filter with it.
      SHELL: "/bin/sh",
      CONSOLE_SEGMENT_BYTES: String(Math.ceil(consoleBytes / 2)),
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once("spawn", resolve);
  child.once("error", (cause) =>
    reject(
      new Problem("provider_unavailable", "the machine's process cannot be started", { cause }),
    ),
  );
  child.unref();
  await promise;
}
