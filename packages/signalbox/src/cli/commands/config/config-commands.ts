import type { Command } from "commander";
import type { CliIo } from "../../cli-io.ts";
import { addConfigShowCommand } from "./config-show-command.ts";

/** `signalbox config …` */
export function addConfigCommands(program: Command, io: CliIo): void {
  addConfigShowCommand(program.command("config").description("the daemon's configuration"), io);
}
