import { Problem, type Result } from "@signalbox/base";
import { type Command, Option } from "commander";
import { parseEnrolmentPlace } from "../agent/enrolment/enrolment-place.ts";
import { parseListenPlace } from "../agent/listen-place.ts";
import type { AgentOptions } from "../agent/serve-agent.ts";

/** What the command line says of an agent. */
export type AgentFlags = Omit<AgentOptions, "version" | "roots">;

export const AGENT_DIRECTORY = "/var/lib/signalbox-agent";

/** The flags of `signalbox agent`, and of the agent as a program of its own (docs/agent.md). */
export function addAgentFlags(command: Command): Command {
  return command
    .description("run the agent of this machine until SIGTERM or Ctrl-C (docs/agent.md)")
    .addOption(
      new Option("--listen <address>", "where to take calls")
        .default(":50000")
        .argParser((text) => read("--listen", parseListenPlace(text))),
    )
    .option("--directory <path>", "where the machine's certificate is kept", AGENT_DIRECTORY)
    .addOption(
      new Option("--enrol <address>", "the daemon's enrolment listener, HOST:PORT").argParser(
        (text) => read("--enrol", parseEnrolmentPlace(text)),
      ),
    )
    .addOption(
      new Option(
        "--enrol-listen <address>",
        "instead: where the daemon calls, for a machine that cannot call it",
      )
        .conflicts("enrol")
        .argParser((text) => read("--enrol-listen", parseListenPlace(text))),
    )
    .option("--token-file <path>", "file with the join token, for the first start")
    .option("--config <path>", "what services the machine runs, YAML (docs/agent-services.md)")
    .option("--allow-power", "let callers reboot this machine and shut it down")
    .option("--time-server <host>", "asked for the time (default: time.cloudflare.com)");
}

/** Reads the flags of a command that `addAgentFlags` gave them. */
export function agentFlags(command: Command): AgentFlags {
  const { listen, enrol, enrolListen, config, ...flags } = command.opts<
    Omit<AgentFlags, "enrolment" | "enrolmentPlace" | "listen" | "configFile"> & {
      readonly config?: string;
      readonly listen: AgentFlags["listen"] | string;
      readonly enrol?: AgentFlags["enrolment"];
      readonly enrolListen?: AgentFlags["enrolmentPlace"];
    }
  >();
  const place = typeof listen === "string" ? read("--listen", parseListenPlace(listen)) : listen;
  return {
    ...flags,
    listen: place,
    configFile: config,
    enrolment: enrol,
    enrolmentPlace: enrolListen,
  };
}

function read<T>(flag: string, result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Problem("invalid_request", `${flag}: ${result.error}`);
}
