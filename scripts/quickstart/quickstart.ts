// The second half of ./quickstart: the daemon, a first server, and what to try next.
// Arguments: [--once] [--provider qemu|simulated]
import { Interruption, interruptionSignal } from "./interruption.ts";
import { runOnce } from "./run-once.ts";
import { runServing } from "./run-serving.ts";
import { complain } from "./terminal.ts";

const args = process.argv.slice(2);
// The log would drown the tour; SIGNALBOX_LOG_LEVEL has it back.
const logArgs = process.env["SIGNALBOX_LOG_LEVEL"] === undefined ? ["--log-level", "warn"] : [];
const serveArgs = [...args.filter((arg) => arg !== "--once"), ...logArgs];
process.exitCode = await main();

async function main(): Promise<number> {
  const signal = interruptionSignal();
  try {
    if (!args.includes("--once")) return await runServing(serveArgs, signal);
    await runOnce(serveArgs, signal);
    return 0;
  } catch (error) {
    complain(error as Error);
    return error instanceof Interruption ? error.exitCode : 1;
  }
}
