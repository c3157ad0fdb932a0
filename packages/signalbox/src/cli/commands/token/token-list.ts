import { Option } from "commander";
import { OUTPUT_FORMATS, type OutputFormat, renderList } from "../../output/render.ts";
import { shownToken } from "./shown-token.ts";
import type { AddTokenCommand } from "./token-commands.ts";
import type { ShownToken } from "./token-port.ts";

const COLUMNS = [
  { heading: "ID", value: (token: ShownToken) => token.id },
  { heading: "NAME", value: (token: ShownToken) => token.name },
  { heading: "ROLE", value: (token: ShownToken) => token.role },
  { heading: "ORGANIZATION", value: (token: ShownToken) => token.organizationId },
  { heading: "PROJECT", value: (token: ShownToken) => token.projectId },
  { heading: "EXPIRES", value: (token: ShownToken) => token.expiresAt ?? "never" },
];

/** `signalbox token list`: never shows tokens, nor their hashes. */
export const addTokenList: AddTokenCommand = (group, withContext) => {
  const command = group.command("list").description("list the tokens");
  command.addOption(
    new Option("-o, --output <format>", "form of output").choices(OUTPUT_FORMATS).default("table"),
  );
  withContext(command, async ({ tokens, io }) => {
    const { output } = command.opts<{ output: OutputFormat }>();
    const shown = tokens.list().map(shownToken);
    io.stdout.write(`${renderList(output, COLUMNS, shown)}\n`);
  });
};
