import type { Command } from "commander";
import { addAgentFlags, type AgentFlags, agentFlags } from "../../agent-options.ts";

/** Runs an agent until it is told to stop; main.ts has it. */
export type ServeAgent = (flags: AgentFlags) => Promise<void>;

/** `signalbox agent` */
export function addAgentCommand(program: Command, serveAgent: ServeAgent): void {
  const command = addAgentFlags(program.command("agent"));
  command.action(() => serveAgent(agentFlags(command)));
}
