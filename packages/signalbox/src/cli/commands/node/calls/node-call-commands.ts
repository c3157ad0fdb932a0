import type { Command } from "commander";
import type { CliIo } from "../../../cli-io.ts";
import { addFactCommands } from "./fact-commands.ts";

/** What of `signalbox node …` calls machines. */
export function addNodeCallCommands(node: Command, io: CliIo): void {
  addFactCommands(node, io);
}
