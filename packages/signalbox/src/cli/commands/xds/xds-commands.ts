import type { Command } from "commander";
import type { CliIo } from "../../cli-io.ts";
import { addXdsContentCommands } from "./content.ts";
import { addXdsGroupCommands } from "./group.ts";
import { addXdsHistoryCommands } from "./history.ts";
import { addXdsNodeCommands } from "./nodes.ts";

/** `signalbox xds …` */
export function addXdsCommands(program: Command, io: CliIo): void {
  const xds = program.command("xds").description("what proxies are served, and how they take it");
  addXdsNodeCommands(xds, io);
  addXdsContentCommands(xds, io);
  addXdsHistoryCommands(xds, io);
  addXdsGroupCommands(xds, io);
}
