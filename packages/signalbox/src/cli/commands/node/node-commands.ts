import type { Command } from "commander";
import type { CliIo } from "../../cli-io.ts";
import type { ProgramParts } from "../../program-parts.ts";
import { addNodeCallCommands } from "./calls/node-call-commands.ts";
import { addNodeAccessCommands } from "./node-access-commands.ts";

/** `signalbox node …` */
export function addNodeCommands(program: Command, io: CliIo, parts: ProgramParts): void {
  const node = program.command("node").description("machines, over the node API");
  addNodeAccessCommands(node, io, parts);
  addNodeCallCommands(node, io);
}
