import type { Command } from "commander";
import { type LoadedConfig, loadConfig } from "../../config/load-config.ts";
import type { CliIo } from "../cli-io.ts";
import { addConfigFlags, flagValues } from "../config-flags.ts";

/** `signalbox serve` */
export function addServeCommand(
  program: Command,
  io: CliIo,
  serve: (config: LoadedConfig) => Promise<void>,
): void {
  const command = program
    .command("serve")
    .description("run the daemon until SIGTERM or Ctrl-C (docs/operations.md)");
  addConfigFlags(command);
  command.action(async () => {
    await serve(loadConfig({ ...flagValues(command), environment: io.environment }));
  });
}
