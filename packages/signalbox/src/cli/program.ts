import { Command } from "commander";
import type { CliIo } from "./cli-io.ts";
import { COMMAND_GROUPS } from "./command-groups.ts";
import type { ProgramParts } from "./program-parts.ts";

/**
 * The command line. Errors are thrown, never printed here.
 *
 * @param first the word that it begins with: only the modules of that command are loaded, which
 *   halves the time of a start and keeps what a daemon never needs out of its memory
 */
export async function createProgram(
  io: CliIo,
  parts: ProgramParts,
  first: string | undefined,
): Promise<Command> {
  const program = new Command("signalbox")
    .description("a compute control plane")
    .version(parts.version)
    .exitOverride()
    .showHelpAfterError("(--help says more)")
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  const asked = COMMAND_GROUPS.filter(({ words }) => first !== undefined && words.includes(first));
  const groups = asked.length > 0 ? asked : COMMAND_GROUPS;
  for (const add of await Promise.all(groups.map(({ load }) => load()))) add(program, io, parts);
  return program;
}
