import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { Interruption } from "./interruption.ts";
import { showConsole } from "./terminal.ts";

const POLL_MS = 500;
const NO_SUCH_RESOURCE = 3;

/** Something that a command made: `signalbox TYPE delete NAME` removes it. */
interface Made {
  readonly type: string;
  readonly name: string;
}

/** Which daemon commands are for, and what ends them. */
export interface CommandsOptions {
  readonly dataDir: string;
  /** It need not be told to commands: they are shown without it. @default false */
  readonly isDefaultDataDir?: boolean;
  /** Ends the command that runs, and all behind it. */
  readonly signal: AbortSignal;
  /** @default the checkout's */
  readonly program?: string;
}

/** Runs `signalbox` commands against one daemon, showing each before it runs. */
export class Commands {
  readonly #dataDir: string;
  readonly #shownDataDir: readonly string[];
  readonly #signal: AbortSignal;
  readonly #program: string;
  readonly #made: Made[] = [];

  constructor(options: CommandsOptions) {
    const { dataDir, isDefaultDataDir = false, signal, program = "./signalbox" } = options;
    this.#dataDir = dataDir;
    this.#shownDataDir = isDefaultDataDir ? [] : ["--data-dir", dataDir];
    this.#signal = signal;
    this.#program = program;
  }

  /** Runs a command with its output on the screen. @throws Interruption, or Error when it fails */
  async run(...args: readonly string[]): Promise<void> {
    this.#signal.throwIfAborted();
    const code = await this.#show(args, this.#signal);
    this.#throwIfInterrupted(code);
    if (code !== 0) throw new Error(`signalbox ${args.join(" ")} ended with code ${code}`);
  }

  /** Runs a command that makes `type` `name`, and remembers it for {@link removeMade}. */
  async make(type: string, name: string, ...args: readonly string[]): Promise<void> {
    // Before the command: one that fails or is cut off may have made it all the same.
    this.#made.push({ type, name });
    await this.run(...args);
  }

  /**
   * Deletes whatever was made, the latest first, also after an interruption.
   *
   * @throws Error that names what could not be deleted
   */
  async removeMade(): Promise<void> {
    const left: string[] = [];
    for (let made = this.#made.pop(); made !== undefined; made = this.#made.pop()) {
      const code = await this.#show([made.type, "delete", made.name, "--wait"]);
      if (code !== 0 && code !== NO_SUCH_RESOURCE) left.push(`${made.type} ${made.name}`);
    }
    if (left.length > 0) throw new Error(`could not delete ${left.join(", ")}`);
  }

  /** Runs a command quietly and answers what it printed. */
  async read(...args: readonly string[]): Promise<string> {
    this.#signal.throwIfAborted();
    const child = spawn(this.#program, [...args, "--data-dir", this.#dataDir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output, code] = await Promise.all([text(child.stdout), ended(child, this.#signal)]);
    this.#throwIfInterrupted(code);
    if (code !== 0) throw new Error(`signalbox ${args.join(" ")} ended with code ${code}`);
    return output;
  }

  /**
   * Shows a server's console as it grows until it holds `wanted`.
   *
   * @throws Error when that takes longer than `timeoutMs`
   */
  async followConsole(server: string, wanted: string, timeoutMs: number): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs;
    let shown = 0;
    for (;;) {
      const output = await this.read("server", "logs", server);
      const end = output.lastIndexOf("\n") + 1;
      if (end > shown) showConsole(output.slice(shown, end));
      shown = Math.max(shown, end);
      if (output.includes(wanted)) return;
      if (performance.now() > deadlineMs) {
        throw new Error(
          `the console of ${server} did not show "${wanted}" in ${timeoutMs / 1000} s`,
        );
      }
      await delay(POLL_MS);
    }
  }

  /** Ctrl-C reaches the command as well, and its end may be heard of before our own signal. */
  #throwIfInterrupted(code: number): void {
    this.#signal.throwIfAborted();
    const interruption = Interruption.ofExitCode(code);
    if (interruption !== undefined) throw interruption;
  }

  async #show(args: readonly string[], signal?: AbortSignal): Promise<number> {
    process.stdout.write(`$ ./signalbox ${[...args, ...this.#shownDataDir].join(" ")}\n`);
    const child = spawn(this.#program, [...args, "--data-dir", this.#dataDir], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    return await ended(child, signal);
  }
}

/** The exit code as a shell has it; an interruption is passed on to the child, which may not have had it. */
async function ended(child: ChildProcess, signal?: AbortSignal): Promise<number> {
  const interrupt = (): void => void child.kill("SIGTERM");
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    const [code, killedBy] = (await once(child, "exit")) as [number, null] | [null, NodeJS.Signals];
    return code ?? 128 + constants.signals[killedBy];
  } finally {
    signal?.removeEventListener("abort", interrupt);
  }
}
