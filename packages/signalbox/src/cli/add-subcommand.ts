import type { Argument, Command, Option } from "commander";

/** How a command looks on the command line. */
export interface CommandForm {
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
}

/** Adds a command below `parent`, with what is its own. */
export function addSubcommand(parent: Command, form: CommandForm): Command {
  const command = parent.command(form.name).description(form.summary);
  for (const argument of form.arguments ?? []) command.addArgument(argument);
  for (const option of form.options ?? []) command.addOption(option);
  return command;
}
