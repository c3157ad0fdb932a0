import { type Command, Option } from "commander";
import { loadConfig } from "../../../config/load-config.ts";
import { type ShownOption, showConfig } from "../../../config/show-config.ts";
import type { CliIo } from "../../cli-io.ts";
import { addConfigFlags, flagValues } from "../../config-flags.ts";
import { OUTPUT_FORMATS, type OutputFormat, renderList } from "../../output/render.ts";

const COLUMNS = [
  { heading: "OPTION", value: (option: ShownOption) => option.key },
  { heading: "VALUE", value: (option: ShownOption) => valueText(option.value) },
  { heading: "SOURCE", value: (option: ShownOption) => option.source },
];

/** `signalbox config show` */
export function addConfigShowCommand(group: Command, io: CliIo): void {
  const command = group
    .command("show")
    .description("print every option with its value and where that came from");
  addConfigFlags(command);
  command.addOption(
    new Option("-o, --output <format>", "form of output").choices(OUTPUT_FORMATS).default("table"),
  );
  command.action(async () => {
    const loaded = loadConfig({ ...flagValues(command), environment: io.environment });
    const { output } = command.opts<{ output: OutputFormat }>();
    io.stdout.write(`${renderList(output, COLUMNS, showConfig(loaded))}\n`);
  });
}

function valueText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
