import { type Command, Option } from "commander";
import type { ConfigSources } from "../config/load-config.ts";
import { CONFIG_OPTIONS, type ConfigOption, defaultText } from "../config/option.ts";
import { collect } from "./options.ts";

/** Options whose environment and file names say the rest; `serve --help` groups them by section. */
export function addConfigFlags(command: Command): void {
  command.option("--config <file>", "configuration file (SIGNALBOX_CONFIG)");
  for (const option of CONFIG_OPTIONS) {
    if (option.flag !== undefined) command.addOption(flagOf(option));
  }
}

/** `--data-dir` and `--config`: what a command needs that only reads the configuration. */
export function addDataDirFlags(command: Command): void {
  command.option("--config <file>", "configuration file (SIGNALBOX_CONFIG)");
  for (const option of CONFIG_OPTIONS) {
    if (option.key === "dataDir") command.addOption(flagOf(option));
  }
}

function flagOf({ flag, placeholder, schema }: ConfigOption): Option {
  const name = `${flag} <${placeholder?.toLowerCase()}>`;
  const fallback = defaultText(schema);
  const shown = fallback === undefined ? "" : ` (default: ${fallback})`;
  const choices = schema.enum ?? schema.items?.enum;
  const oneOf = choices === undefined ? "" : ` One of ${choices.join(", ")}.`;
  const option = new Option(name, `${schema.title}. ${schema.description}${oneOf}${shown}`);
  return schema.type === "array" ? option.argParser(collect) : option;
}

/** What the command line said, by flag. */
export function flagValues(command: Command): Pick<ConfigSources, "flags" | "file"> {
  const values: Record<string, string | readonly string[] | undefined> = command.opts();
  const flags: Record<string, string | readonly string[] | undefined> = {};
  for (const { flag } of CONFIG_OPTIONS) {
    if (flag !== undefined) flags[flag] = values[new Option(flag).attributeName()];
  }
  return { flags, file: values["config"] as string | undefined };
}
