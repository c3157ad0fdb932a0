import type { Command } from "commander";
import type { CliIo } from "../../cli-io.ts";
import { addNodeCaCommands, type DiscardAuthority } from "./node-ca-commands.ts";
import { addNodeConfigCommands } from "./node-config-command.ts";
import { addNodeJoinTokenCommand } from "./node-join-token-command.ts";

/** What of `signalbox node …` is about being let in to machines. */
export function addNodeAccessCommands(
  node: Command,
  io: CliIo,
  { discardAuthority }: { readonly discardAuthority: DiscardAuthority },
): void {
  addNodeConfigCommands(node, io);
  addNodeJoinTokenCommand(node, io);
  addNodeCaCommands(node, io, discardAuthority);
}
