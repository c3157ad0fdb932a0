import type { Command } from "commander";

/** What may follow a chain of commands. */
export interface CompletionNode {
  /** Names of the commands so far, `server create`; empty at the root. */
  readonly path: string;
  readonly words: readonly string[];
}

/** Every place in the command tree with the commands and long flags that may follow it. */
export function completionTree(program: Command): readonly CompletionNode[] {
  return visit(program, []);
}

function visit(command: Command, path: readonly string[]): CompletionNode[] {
  const commands = command.createHelp().visibleCommands(command);
  const flags = command.options.flatMap((option) => (option.long ? [option.long] : []));
  const words = [...commands.map((child) => child.name()), ...flags, "--help"];
  const below = commands.flatMap((child) => visit(child, [...path, child.name()]));
  return [{ path: path.join(" "), words }, ...below];
}
