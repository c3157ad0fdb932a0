import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import type { Finished } from "./command-line.ts";

const VARIABLES = { new: "TALOSCTL_BIN", old: "TALOSCTL_OLD_BIN" } as const;

/**
 * The two generations of the client command that people have for the node API: newer ones send
 * `node`, a call a machine (1.14 and later), older ones `nodes`.
 */
export type Generation = keyof typeof VARIABLES;

/** One that is at hand. */
export interface Talosctl {
  readonly generation: Generation;
  readonly program: string;
}

/** No registry has the command: nothing but TALOSCTL_BIN and TALOSCTL_OLD_BIN say where one is. */
export const TALOSCTLS: readonly Talosctl[] = Object.entries(VARIABLES).flatMap(
  ([generation, variable]) => {
    const program = process.env[variable];
    return program === undefined ? [] : [{ generation: generation as Generation, program }];
  },
);

/** Why a test that needs one is skipped; they are required nowhere. */
export const TALOSCTL_MISSING =
  TALOSCTLS.length === 0 && "TALOSCTL_BIN and TALOSCTL_OLD_BIN are not set";

/**
 * Starts the command.
 *
 * @param config its configuration; what else it keeps goes beside that
 */
export function startTalosctl(
  { program }: Talosctl,
  config: string,
  args: readonly string[],
): ChildProcessWithoutNullStreams {
  return spawn(program, args, { env: { TALOSCONFIG: config, HOME: dirname(config) } });
}

/** Runs the command to its end, whatever that is. */
export async function runTalosctl(
  talosctl: Talosctl,
  config: string,
  args: readonly string[],
): Promise<Finished> {
  const child = startTalosctl(talosctl, config, args);
  child.stdin.end();
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code: code as number | null, stdout, stderr };
}
