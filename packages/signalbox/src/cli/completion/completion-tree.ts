import type { Command, Option } from "commander";

/** What may follow a chain of commands. */
export interface CompletionNode {
  /** Names of the commands so far, `server create`; empty at the root. */
  readonly path: string;
  readonly words: readonly string[];
  /** Flags whose values are known. */
  readonly options: readonly CompletionOption[];
}

export interface CompletionOption {
  /** As they are typed: `-o`, `--output`. */
  readonly flags: readonly string[];
  readonly values: readonly string[];
}

/** Every place in the command tree with what may follow it: commands, arguments, long flags. */
export function completionTree(program: Command): readonly CompletionNode[] {
  return visit(program, []);
}

function visit(command: Command, path: readonly string[]): CompletionNode[] {
  const commands = command.createHelp().visibleCommands(command);
  const values = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  const flags = command.options.flatMap((option) => (option.long ? [option.long] : []));
  const words = [...commands.map((child) => child.name()), ...values, ...flags, "--help"];
  const below = commands.flatMap((child) => visit(child, [...path, child.name()]));
  return [{ path: path.join(" "), words, options: command.options.flatMap(valuesOf) }, ...below];
}

function valuesOf({ short, long, argChoices }: Option): readonly CompletionOption[] {
  if (argChoices === undefined) return [];
  const flags = [short, long].filter((flag) => flag !== undefined);
  return [{ flags, values: argChoices }];
}
