import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { Clock } from "@signalbox/base";
import { LineJoiner } from "./line-joiner.ts";
import { hasLivingMembers } from "./living-members.ts";

/** How a process ended: with a status, or by a signal. */
export type ProcessEnd =
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "signal"; readonly signal: string };

export interface ProcessGroupOptions {
  readonly clock: Clock;
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Whole lines of standard output and standard error, as they come. */
  readonly onOutput: (lines: Buffer) => void;
}

/** How long what a process leaves behind gets to end by itself. */
const REST_GRACE_MS = 2_000;
/** Who is killed ends as soon as it has a processor, or what it waits for in the kernel. */
const KILLED_MS = 10_000;
const POLL_MS = 20;

/**
 * A program and all that it starts, in a process group (and session) of its own. When the program
 * ends, by itself or when it is told to, what is left of its group is ended as well. Only what
 * moves to another session escapes.
 */
export class ProcessGroup {
  readonly pid: number;
  readonly #clock: Clock;
  readonly #child: ChildProcess;
  /** Resolves when the program has ended, nothing of its group is left, and its output is read. */
  readonly ended: Promise<ProcessEnd>;

  private constructor(child: ChildProcess, pid: number, options: ProcessGroupOptions) {
    this.#child = child;
    this.pid = pid;
    this.#clock = options.clock;
    const closed = readOutput(child, options.onOutput);
    this.ended = this.#end(closed);
  }

  /** @throws when the program cannot be started */
  static async start(options: ProcessGroupOptions): Promise<ProcessGroup> {
    const [program = "", ...args] = options.command;
    const child = spawn(program, args, {
      cwd: options.directory,
      env: options.environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    await once(child, "spawn").catch((error: unknown) => {
      throw startFault(error, options.directory);
    });
    if (child.pid === undefined) throw new Error(`${program} has no process`);
    return new ProcessGroup(child, child.pid, options);
  }

  /** Asks all of it to end, and kills what has not within the time. */
  async stop(graceMs: number): Promise<ProcessEnd> {
    this.#signal("SIGTERM");
    const cancel = this.#clock.after(graceMs, () => this.#signal("SIGKILL"));
    try {
      return await this.ended;
    } finally {
      cancel();
    }
  }

  async #end(closed: Promise<unknown>): Promise<ProcessEnd> {
    const [status, signal] = (await once(this.#child, "exit")) as [number | null, string | null];
    this.#signal("SIGTERM");
    await this.#endWithin(REST_GRACE_MS);
    // Who is killed begins no other: what could be missed before is seen then.
    if (this.#signal("SIGKILL")) await this.#endWithin(KILLED_MS);
    const cancel = this.#clock.after(REST_GRACE_MS, () => {
      // What has left the session may still hold the pipes. What is in them is read before: this
      // process may have been held up all the while.
      setImmediate(() => {
        this.#child.stdout?.destroy();
        this.#child.stderr?.destroy();
      });
    });
    await closed;
    cancel();
    if (signal !== null) return { kind: "signal", signal };
    return { kind: "status", status: status ?? 0 };
  }

  /** Resolves when all of it has ended, or the time is over. */
  async #endWithin(limitMs: number): Promise<void> {
    const startMs = this.#clock.monotonic();
    while (this.#signal(0) && (await hasLivingMembers(this.pid))) {
      if (this.#clock.monotonic() - startMs >= limitMs) return;
      await this.#clock.sleep(POLL_MS);
    }
  }

  /** Whether there was anyone to take it. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.pid, signal);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  }
}

/** A directory that is not there is told in the same words as a program that is not. */
function startFault(error: unknown, directory: string): unknown {
  const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT" && !existsSync(directory);
  return isMissing ? new Error(`there is no directory ${directory}`, { cause: error }) : error;
}

/** `exit status 3`, `signal SIGKILL`. */
export function endText(end: ProcessEnd): string {
  return end.kind === "status" ? `exit status ${end.status}` : `signal ${end.signal}`;
}

/** Resolves when both pipes are closed. */
function readOutput(child: ChildProcess, onOutput: (lines: Buffer) => void): Promise<unknown> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  return Promise.all(
    streams.map(async (stream) => {
      const lines = new LineJoiner(onOutput);
      stream.on("data", (bytes: Buffer) => lines.push(bytes));
      // Whatever happens to it, its close tells of it.
      stream.on("error", () => {});
      const { promise, resolve } = Promise.withResolvers<void>();
      stream.once("close", resolve);
      await promise;
      lines.end();
    }),
  );
}
