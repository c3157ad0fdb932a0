import { type Command, InvalidArgumentError, Option } from "commander";
import { collect, parseDuration } from "../../../options.ts";
import { OUTPUT_FORMATS } from "../../../output/render.ts";
import type { SessionOptions } from "../../../client/session.ts";

/** What every command that calls machines may be told. */
export interface NodeCallFlags extends SessionOptions {
  readonly nodes?: readonly string[];
  readonly config?: string;
  readonly context?: string;
  readonly timeout?: number;
}

const CONNECTION_OPTIONS: readonly (() => Option)[] = [
  () => new Option("--config <file>", "client configuration (SIGNALBOX_NODE_CONFIG, TALOSCONFIG)"),
  () => new Option("--context <name>", "context of that configuration"),
  () => new Option("--url <url>", "without one: the daemon that gives a certificate"),
  () => new Option("--token-file <file>", "file that holds the token for it"),
  () => new Option("--ca-file <file>", "authority of its certificate"),
  () => new Option("--data-dir <dir>", "data directory of a daemon on this machine"),
  () => new Option("--organization <id>", "organization whose machines are meant"),
  () => new Option("--project <id>", "project whose machines are meant"),
];

/** Adds the flags that every command has which calls machines. */
export function addNodeCallFlags(command: Command): void {
  command
    .addOption(
      new Option(
        "-n, --nodes <nodes>",
        "machines: id, name, address, NETWORK/NAME, all, network=NAME, tag=NAME=VALUE; separated by commas, or repeated",
      ).argParser(collectNodes),
    )
    .addOption(new Option("--timeout <duration>", "patience with a call").argParser(parseDuration))
    .addOption(
      new Option("-o, --output <format>", "form of output")
        .choices(OUTPUT_FORMATS)
        .default("table"),
    );
  command.optionsGroup("Connection:");
  for (const option of CONNECTION_OPTIONS) command.addOption(option());
}

function collectNodes(text: string, before: readonly string[] | undefined): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("a name is missing between commas");
  return names.reduce<readonly string[]>((all, name) => collect(name, all), before ?? []);
}
