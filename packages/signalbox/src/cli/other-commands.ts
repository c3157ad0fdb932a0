import type { Command } from "commander";
import type { CliIo } from "./cli-io.ts";
import { addAgentCommand } from "./commands/agent/agent-command.ts";
import { addConfigShowCommand } from "./commands/config/config-show-command.ts";
import { addDoctorCommand } from "./commands/doctor/doctor-command.ts";
import { addNodeCallCommands } from "./commands/node/calls/node-call-commands.ts";
import { addNodeAccessCommands } from "./commands/node/node-access-commands.ts";
import { addOpsCommands } from "./commands/ops/ops-commands.ts";
import { addResourceCommands } from "./commands/resource-commands.ts";
import { addTokenCommands } from "./commands/token/token-commands.ts";
import { addWhoAmICommand } from "./commands/whoami-command.ts";
import { addXdsCommands } from "./commands/xds/xds-commands.ts";
import { addCompletionCommand } from "./completion/completion-command.ts";
import type { ProgramParts } from "./program.ts";

/** Every command but `serve`. */
export function addOtherCommands(program: Command, io: CliIo, parts: ProgramParts): void {
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
}
