import { Argument, type Command } from "commander";
import type { CliIo } from "../cli-io.ts";
import { completionTree } from "./completion-tree.ts";
import { renderCompletion, SHELLS, type Shell } from "./render-completion.ts";

/** `signalbox completion bash`: prints the script; `source <(signalbox completion bash)`. */
export function addCompletionCommand(program: Command, io: CliIo): void {
  program
    .command("completion")
    .description("print a script that makes your shell complete commands")
    .addArgument(new Argument("<shell>", "which shell").choices(SHELLS))
    .action((shell: Shell) => {
      io.stdout.write(`${renderCompletion(shell, completionTree(program))}\n`);
    });
}
