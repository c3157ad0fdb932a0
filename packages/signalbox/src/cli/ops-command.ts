import { type Command, Option } from "commander";
import { addSubcommand, type CommandForm } from "./add-subcommand.ts";
import type { CliIo } from "./cli-io.ts";
import { type OpsConnectionOptions, resolveOpsConnection } from "./client/connection.ts";
import { OpsClient } from "./client/ops-client.ts";
import { OUTPUT_FORMATS, type OutputFormat } from "./output/render.ts";

export interface OpsOptions extends OpsConnectionOptions {
  readonly output: OutputFormat;
}

/** What an ops command works with. */
export interface OpsContext<Options extends object> {
  /** Opens the connection. @throws Problem when nothing says where the ops listener is */
  readonly connect: () => OpsClient;
  readonly io: CliIo;
  readonly options: Options & OpsOptions;
  readonly args: readonly string[];
  readonly print: (text: string) => void;
}

/** A command that talks to the ops listener, as data. */
export interface OpsCommand<Options extends object> extends CommandForm {
  readonly run: (context: OpsContext<Options>) => Promise<void>;
}

const CONNECTION_OPTIONS: readonly (() => Option)[] = [
  () =>
    new Option("-o, --output <format>", "form of output").choices(OUTPUT_FORMATS).default("table"),
  () => new Option("--ops-url <url>", "address of the ops listener (SIGNALBOX_OPS_URL)"),
  () => new Option("--token-file <file>", "file that holds the token (SIGNALBOX_TOKEN_FILE)"),
  () => new Option("--ca-file <file>", "authority of the daemon's certificate (SIGNALBOX_CA_FILE)"),
  () => new Option("--cert-file <file>", "client certificate, beyond loopback"),
  () => new Option("--key-file <file>", "key of the client certificate"),
  () => new Option("--data-dir <dir>", "data directory of a daemon on this machine"),
];

/** Adds the command below `parent`, with the options that every ops command has. */
export function addOpsCommand<Options extends object>(
  parent: Command,
  io: CliIo,
  spec: OpsCommand<Options>,
): void {
  const command = addSubcommand(parent, spec);
  command.optionsGroup("Connection:");
  for (const option of CONNECTION_OPTIONS) command.addOption(option());
  command.action(async () => {
    const options = command.opts<Options & OpsOptions>();
    const connect = (): OpsClient =>
      new OpsClient(resolveOpsConnection(options, io.environment), io);
    const print = (text: string): void => void io.stdout.write(`${text}\n`);
    await spec.run({ connect, io, options, args: command.args, print });
  });
}
