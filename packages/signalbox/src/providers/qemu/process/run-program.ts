import { spawn } from "node:child_process";
import type { Clock } from "@signalbox/base";

export interface ProgramOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Directories where the program is looked for, as in `PATH`. */
  readonly searchPath: string;
  readonly directory?: string;
}

export interface ProgramOutcome {
  /** Exit status; undefined when it was killed, 127 when the program is missing. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

const MAX_OUTPUT_BYTES = 1024 * 1024;

/**
 * Runs a program to its end, and kills it when the time is up or the signal aborts. Output beyond
 * 1 MiB is dropped.
 *
 * @throws the signal's reason
 */
export async function runProgram(
  command: readonly [string, ...string[]],
  { clock, signal, timeoutMs, searchPath, directory }: ProgramOptions,
): Promise<ProgramOutcome> {
  signal.throwIfAborted();
  const [program, ...args] = command;
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: searchPath, LC_ALL: "C" },
    ...(directory !== undefined && { cwd: directory }),
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  let timedOut = false;
  const kill = (): void => void child.kill("SIGKILL");
  const cancelTimer = clock.after(timeoutMs, () => {
    timedOut = true;
    kill();
  });
  signal.addEventListener("abort", kill, { once: true });
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  child.once("error", () => resolve(127));
  child.once("close", (status) => resolve(status ?? undefined));
  try {
    const status = await promise;
    signal.throwIfAborted();
    return { status, stdout: stdout(), stderr: stderr(), timedOut };
  } finally {
    cancelTimer();
    signal.removeEventListener("abort", kill);
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    if (bytes < MAX_OUTPUT_BYTES) chunks.push(chunk);
    bytes += chunk.length;
  });
  return () => Buffer.concat(chunks).toString("utf8").slice(0, MAX_OUTPUT_BYTES);
}
