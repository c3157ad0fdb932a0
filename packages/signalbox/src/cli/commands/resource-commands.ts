import type { Command } from "commander";
import type { CliIo } from "../cli-io.ts";
import { FLAVOR_TYPE, REGION_TYPE } from "../resources/resource-types.ts";
import { addCommonCommands } from "./common-commands.ts";
import { addImageCommands } from "./image-commands.ts";
import { addNetworkCommands } from "./network-commands.ts";
import { addSecurityGroupCommands } from "./security-group-commands.ts";
import { addServerCommands } from "./server/server-commands.ts";
import { addSshCaCommands } from "./ssh-ca-commands.ts";

/** The commands for every kind of resource, in the order of `signalbox --help`. */
export function addResourceCommands(program: Command, io: CliIo): void {
  addServerCommands(program, io);
  addNetworkCommands(program, io);
  addSecurityGroupCommands(program, io);
  addImageCommands(program, io);
  addCommonCommands(program, io, FLAVOR_TYPE);
  addCommonCommands(program, io, REGION_TYPE);
  addSshCaCommands(program, io);
}
