import { CANCELLED, createLog, Problem, systemClock, systemRandom } from "@signalbox/base";
import { CommanderError } from "commander";
import type { AgentFlags } from "./cli/agent-options.ts";
import type { CliIo } from "./cli/cli-io.ts";
import { EXIT_CODE, exitCodeOf } from "./cli/exit-code.ts";
import { printableLines } from "./cli/output/cell.ts";
import { createProgram } from "./cli/program.ts";
import type { ConfigSources, LoadedConfig } from "./config/load-config.ts";
import { processEnvironment } from "./config/process-environment.ts";
import { dataFiles } from "./daemon/data-files.ts";
import { programVersion } from "./daemon/program-version.ts";
import type { Finding } from "./doctor/finding.ts";
import { onStopSignals } from "./daemon/stop-signals.ts";
import type { TokenAdmin } from "./services/identity/token-admin.ts";

const VERSION = programVersion();
/** Why a command ends whose output nobody reads any more. */
const OUTPUT_CLOSED = Object.freeze(new Error("the output was closed"));

/** Runs the command line; answers the exit code (docs/cli.md has the table). */
async function main(): Promise<number> {
  const interrupted = new AbortController();
  using stop = onStopSignals((code) => process.exit(code));
  void stop.first.then(() => interrupted.abort(CANCELLED));
  // A reader that has seen enough (`| head -1`) ends a client command; the daemon goes on.
  const outputClosed = new AbortController();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => outputClosed.abort(OUTPUT_CLOSED));
  }
  const io: CliIo = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    isInteractive: process.stderr.isTTY,
    environment: processEnvironment(),
    clock: systemClock,
    signal: AbortSignal.any([interrupted.signal, outputClosed.signal]),
  };
  const serve = (loaded: LoadedConfig): Promise<void> => runServe(loaded, io, interrupted.signal);
  const serveAgent = (flags: AgentFlags): Promise<void> => runAgent(flags, io, interrupted.signal);
  const diagnose = (sources: ConfigSources): Promise<readonly Finding[]> =>
    runDoctor(sources, io, interrupted.signal);

  const parts = { version: VERSION, serve, serveAgent, openTokens, diagnose, discardAuthority };
  try {
    const program = await createProgram(io, parts, process.argv[2]);
    await program.parseAsync();
    return EXIT_CODE.ok;
  } catch (error) {
    return report(error, io);
  }
}

/** Runs the daemon until it is told to stop. */
async function runServe(loaded: LoadedConfig, io: CliIo, signal: AbortSignal): Promise<void> {
  // Programs that we start make files, too: disks of machines are nobody else's to read.
  process.umask(0o077);
  // Only here: client commands start in half the time without the daemon's modules.
  const { runDaemon } = await import("./wire.ts");
  const log = createLog({ level: loaded.config.log.level });
  await runDaemon(loaded, {
    clock: systemClock,
    random: systemRandom,
    log,
    version: VERSION,
    searchPath: io.environment["PATH"],
    signal,
    announce: (line) => io.stdout.write(`${line}\n`),
    fatal: (error) => {
      log.fatal({ err: error }, "the daemon cannot go on");
      process.exit(EXIT_CODE.internal);
    },
  });
}

/** Runs the agent of this machine until it is told to stop. */
async function runAgent(flags: AgentFlags, io: CliIo, signal: AbortSignal): Promise<void> {
  const { serveAgent } = await import("./agent/serve-agent.ts");
  const { createOwnLog } = await import("./agent/own-log.ts");
  await serveAgent(
    { ...flags, version: { tag: VERSION } },
    {
      clock: systemClock,
      random: systemRandom,
      ...createOwnLog(),
      signal,
      announce: (line) => io.stdout.write(`${line}\n`),
    },
  );
}

async function runDoctor(
  sources: ConfigSources,
  io: CliIo,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { diagnose } = await import("./doctor/diagnose.ts");
  return diagnose(sources, {
    uid: process.getuid?.() ?? -1,
    clock: systemClock,
    searchPath: io.environment["PATH"] ?? "",
    signal,
  });
}

async function discardAuthority({ dataDir }: LoadedConfig): Promise<void> {
  const { discardAuthority: discard } = await import("./daemon/authority/discard-authority.ts");
  await discard(dataFiles(dataDir), systemClock);
}

async function openTokens({ config, dataDir }: LoadedConfig): Promise<TokenAdmin> {
  const { createRoleCatalogue } = await import("./services/identity/role-catalogue.ts");
  const { createTokenAdmin } = await import("./services/identity/token-admin.ts");
  const roles = createRoleCatalogue(config.roles);
  return createTokenAdmin(dataFiles(dataDir).tokens, {
    roles,
    clock: systemClock,
    random: systemRandom,
  });
}

function report(error: unknown, io: CliIo): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.ok : EXIT_CODE.usage;
  if (error === CANCELLED) return EXIT_CODE.interrupted;
  if (error === OUTPUT_CLOSED) return EXIT_CODE.ok;
  const problem = Problem.from(error);
  io.stderr.write(`signalbox: ${printableLines(problem.message)}\n`);
  if (problem.code === "internal") io.stderr.write(`${describeCause(problem.cause)}\n`);
  return exitCodeOf(problem);
}

function describeCause(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

process.exitCode = await main();
