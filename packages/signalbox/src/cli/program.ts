import { Command } from "commander";
import type { LoadedConfig } from "../config/load-config.ts";
import type { CliIo } from "./cli-io.ts";
import { addCompletionCommand } from "./completion/completion-command.ts";
import { addAgentCommand, type ServeAgent } from "./commands/agent/agent-command.ts";
import { addConfigShowCommand } from "./commands/config/config-show-command.ts";
import { addDoctorCommand } from "./commands/doctor/doctor-command.ts";
import type { DiscardAuthority } from "./commands/node/node-ca-commands.ts";
import { addNodeCallCommands } from "./commands/node/calls/node-call-commands.ts";
import { addNodeAccessCommands } from "./commands/node/node-access-commands.ts";
import { addOpsCommands } from "./commands/ops/ops-commands.ts";
import { addResourceCommands } from "./commands/resource-commands.ts";
import { addServeCommand } from "./commands/serve-command.ts";
import { addTokenCommands, type OpenTokens } from "./commands/token/token-commands.ts";
import { addWhoAmICommand } from "./commands/whoami-command.ts";
import { addXdsCommands } from "./commands/xds/xds-commands.ts";
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

/** The command line, with every command. Errors are thrown, never printed here. */
export function createProgram(io: CliIo, parts: ProgramParts): Command {
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
  addAgentCommand(program, parts.serveAgent);
  addConfigShowCommand(program.command("config").description("the daemon's configuration"), io);
  addOpsCommands(program, io, parts.diagnose);
  addDoctorCommand(program, io, parts.diagnose);
  addWhoAmICommand(program, io);
  addTokenCommands(program, io, parts.openTokens);
  addResourceCommands(program, io);
  const node = program.command("node").description("machines, over the node API");
  addNodeAccessCommands(node, io, parts);
  addNodeCallCommands(node, io);
  addXdsCommands(program, io);
  addCompletionCommand(program, io);
  return program;
}
