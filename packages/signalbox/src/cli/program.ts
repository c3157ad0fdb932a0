import { Command } from "commander";
import type { LoadedConfig } from "../config/load-config.ts";
import type { CliIo } from "./cli-io.ts";
import type { ServeAgent } from "./commands/agent/agent-command.ts";
import type { DiscardAuthority } from "./commands/node/node-ca-commands.ts";
import { addServeCommand } from "./commands/serve-command.ts";
import type { OpenTokens } from "./commands/token/token-commands.ts";
import type { Diagnose } from "./diagnose-port.ts";

/** What commands need of the daemon's parts; main.ts has them. */
export interface ProgramParts {
  readonly version: string;
  readonly serve: (config: LoadedConfig) => Promise<void>;
  readonly serveAgent: ServeAgent;
  readonly openTokens: OpenTokens;
  readonly diagnose: Diagnose;
  readonly discardAuthority: DiscardAuthority;
}

/**
 * The command line. Errors are thrown, never printed here.
 *
 * @param first the word that it begins with: a daemon keeps what it has loaded for as long as it
 *   runs, so `serve` comes without the other commands
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
  addServeCommand(program, io, parts.serve);
  if (first !== "serve") {
    const { addOtherCommands } = await import("./other-commands.ts");
    addOtherCommands(program, io, parts);
  }
  return program;
}
