import type { Command } from "commander";
import type { CliIo } from "../../../cli-io.ts";
import { addCopyCommand } from "./copy-command.ts";
import { addEventCommand } from "./event-command.ts";
import { addExplainCommand } from "./explain-command.ts";
import { addFactCommands } from "./fact-commands.ts";
import { addFileCommands } from "./file-commands.ts";
import { addLogCommands } from "./log-commands.ts";
import { addPowerCommands } from "./power-commands.ts";
import { addServiceCommands } from "./service-commands.ts";

/** What of `signalbox node …` calls machines. */
export function addNodeCallCommands(node: Command, io: CliIo): void {
  addFactCommands(node, io);
  addFileCommands(node, io);
  addCopyCommand(node, io);
  addLogCommands(node, io);
  addEventCommand(node, io);
  addServiceCommands(node, io);
  addPowerCommands(node, io);
  addExplainCommand(node, io);
}
