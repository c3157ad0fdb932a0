import type { Command } from "commander";
import type { CliIo } from "../../cli-io.ts";
import { SERVER_TYPE } from "../../resources/resource-types.ts";
import { addCommonCommands } from "../common-commands.ts";
import { addServerConsole } from "./console.ts";
import { addServerCreate } from "./create.ts";
import { addServerLogs } from "./logs.ts";
import { addServerPower } from "./power.ts";
import { addServerRetry } from "./retry.ts";
import { addServerSnapshot } from "./snapshot.ts";
import { addServerUpdate } from "./update.ts";

/** `signalbox server …` */
export function addServerCommands(program: Command, io: CliIo): void {
  const group = addCommonCommands(program, io, SERVER_TYPE);
  for (const add of [
    addServerCreate,
    addServerUpdate,
    addServerPower,
    addServerConsole,
    addServerLogs,
    addServerSnapshot,
    addServerRetry,
  ]) {
    add(group, io);
  }
}
