// The agent as a program of its own: what `scripts/build-agent.ts` makes one file of.
import { Problem, systemClock, systemRandom } from "@signalbox/base";
import { Command, CommanderError } from "commander";
import type { AgentVersion } from "./agent/agent-version.ts";
import { createOwnLog } from "./agent/own-log.ts";
import { serveAgent } from "./agent/serve-agent.ts";
import { addAgentFlags, agentFlags } from "./cli/agent-options.ts";
import { EXIT_CODE, exitCodeOf } from "./cli/exit-code.ts";
import { printableLines } from "./cli/output/cell.ts";
import { onStopSignals } from "./daemon/stop-signals.ts";

/** Runs the command line; answers the exit code (docs/cli.md has the table). */
export async function runAgentProgram(version: AgentVersion): Promise<number> {
  const stopped = new AbortController();
  using stop = onStopSignals((code) => process.exit(code));
  void stop.first.then(() => stopped.abort());
  const program = addAgentFlags(new Command("signalbox-agent"))
    .version(version.tag)
    .exitOverride()
    .showHelpAfterError("(--help says more)");
  program.action(() =>
    serveAgent(
      { ...agentFlags(program), version },
      {
        clock: systemClock,
        random: systemRandom,
        ...createOwnLog(),
        signal: stopped.signal,
        announce: (line) => process.stdout.write(`${line}\n`),
      },
    ),
  );
  try {
    await program.parseAsync();
    return EXIT_CODE.ok;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.ok : EXIT_CODE.usage;
  const problem = Problem.from(error);
  const { cause } = problem;
  process.stderr.write(`signalbox-agent: ${printableLines(problem.message)}\n`);
  if (cause instanceof Error) process.stderr.write(`${printableLines(cause.message)}\n`);
  return exitCodeOf(problem);
}
