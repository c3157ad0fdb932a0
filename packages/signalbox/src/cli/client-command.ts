import { type Command, Option } from "commander";
import { addSubcommand, type CommandForm } from "./add-subcommand.ts";
import type { CliIo } from "./cli-io.ts";
import { openSession } from "./client/open-session.ts";
import type { Session, SessionOptions } from "./client/session.ts";
import { OUTPUT_FORMATS } from "./output/render.ts";

/** A command that talks to the daemon, as data. */
export interface ClientCommand<Options extends object> extends CommandForm {
  readonly run: (session: Session, args: readonly string[], options: Options) => Promise<void>;
}

const CONNECTION_OPTIONS: readonly (() => Option)[] = [
  () =>
    new Option("-o, --output <format>", "form of output").choices(OUTPUT_FORMATS).default("table"),
  () => new Option("--url <url>", "address of the daemon (SIGNALBOX_URL)"),
  () => new Option("--token-file <file>", "file that holds the token (SIGNALBOX_TOKEN_FILE)"),
  () => new Option("--ca-file <file>", "authority of the daemon's certificate (SIGNALBOX_CA_FILE)"),
  () => new Option("--data-dir <dir>", "data directory of a daemon on this machine"),
  () => new Option("--organization <id>", "organization to work in"),
  () => new Option("--project <id>", "project to work in"),
  () => new Option("--region <name-or-id>", "region to work in"),
];

/** Adds the command below `parent`, with the options that every client command has. */
export function addClientCommand<Options extends object>(
  parent: Command,
  io: CliIo,
  spec: ClientCommand<Options>,
): void {
  const command = addSubcommand(parent, spec);
  command.optionsGroup("Connection:");
  for (const option of CONNECTION_OPTIONS) command.addOption(option());
  command.action(async () => {
    const options = command.opts<Options & SessionOptions>();
    await spec.run(await openSession(options, io), command.args, options);
  });
}
