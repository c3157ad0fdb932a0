import type { Command } from "commander";
import type { CliIo } from "./cli-io.ts";
import type { ProgramParts } from "./program-parts.ts";

/** Adds the commands of one group to the program. */
export type AddCommands = (program: Command, io: CliIo, parts: ProgramParts) => void;

/** Commands whose modules are loaded together. */
export interface CommandGroup {
  /** The first words that lead to them. */
  readonly words: readonly string[];
  readonly load: () => Promise<AddCommands>;
}

/** Every command, in the order of `signalbox --help`. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    words: ["serve"],
    load: async () => {
      const { addServeCommand } = await import("./commands/serve-command.ts");
      return (program, io, { serve }) => addServeCommand(program, io, serve);
    },
  },
  {
    words: ["agent"],
    load: async () => {
      const { addAgentCommand } = await import("./commands/agent/agent-command.ts");
      return (program, _io, { serveAgent }) => addAgentCommand(program, serveAgent);
    },
  },
  {
    words: ["config"],
    load: async () => (await import("./commands/config/config-commands.ts")).addConfigCommands,
  },
  {
    words: ["ops"],
    load: async () => {
      const { addOpsCommands } = await import("./commands/ops/ops-commands.ts");
      return (program, io, { diagnose }) => addOpsCommands(program, io, diagnose);
    },
  },
  {
    words: ["doctor"],
    load: async () => {
      const { addDoctorCommand } = await import("./commands/doctor/doctor-command.ts");
      return (program, io, { diagnose }) => addDoctorCommand(program, io, diagnose);
    },
  },
  {
    words: ["whoami"],
    load: async () => (await import("./commands/whoami-command.ts")).addWhoAmICommand,
  },
  {
    words: ["token"],
    load: async () => {
      const { addTokenCommands } = await import("./commands/token/token-commands.ts");
      return (program, io, { openTokens }) => addTokenCommands(program, io, openTokens);
    },
  },
  {
    words: ["server", "network", "security-group", "image", "flavor", "region", "ssh-ca"],
    load: async () => (await import("./commands/resource-commands.ts")).addResourceCommands,
  },
  {
    words: ["node"],
    load: async () => (await import("./commands/node/node-commands.ts")).addNodeCommands,
  },
  {
    words: ["xds"],
    load: async () => (await import("./commands/xds/xds-commands.ts")).addXdsCommands,
  },
  {
    // No word of its own: it has to know all the others.
    words: [],
    load: async () => (await import("./completion/completion-command.ts")).addCompletionCommand,
  },
];
