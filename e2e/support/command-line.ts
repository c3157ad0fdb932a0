import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { type EventEmitter, once } from "node:events";
import { OLD_NODE_PATH } from "./old-node.ts";

/** What a finished command left. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `./signalbox` as a user does, from a shell whose own `node` may be too old for it. */
export class CommandLine {
  readonly #env: Readonly<Record<string, string | undefined>>;

  /** @param env what the commands find in their environment, besides a PATH */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = { PATH: OLD_NODE_PATH, HOME: process.env["HOME"], ...env };
  }

  start(...args: readonly string[]): RunningCommand {
    return new RunningCommand(spawn("./signalbox", args, { env: this.#env }));
  }

  /** Runs a command to its end, whatever that is. */
  async run(...args: readonly string[]): Promise<Finished> {
    const command = this.start(...args);
    command.child.stdin.end();
    return await command.ended;
  }

  /** Runs a line of bash at the root of the project, with `pipefail`. */
  async shell(line: string): Promise<Finished> {
    const child = spawn("bash", ["-o", "pipefail", "-c", line], { env: this.#env });
    return await new RunningCommand(child).ended;
  }

  /** Runs a command that has to succeed, and answers its output. @throws Error with its words */
  async ok(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`signalbox ${args.join(" ")} ended with ${code}:\n${stderr}`);
    return stdout;
  }

  /** As {@link ok}, with `--output json`, parsed. */
  async json<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.ok(...args, "--output", "json")) as T;
  }
}

/** A command that has not ended: what it said so far, and what it will have said. */
export class RunningCommand {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Finished>;
  readonly #said = { stdout: "", stderr: "" };

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        this.#said[name] += text;
      });
    }
    this.ended = once(child, "close").then(([code]) => ({
      code: code as number | null,
      ...this.#said,
    }));
  }

  /** Waits until it has said something that matches. @throws Error when it ends without */
  async says(stream: "stdout" | "stderr", pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#said[stream])) {
      if (this.child[stream].readableEnded) {
        throw new Error(`it never said ${pattern}: ${JSON.stringify(this.#said)}`);
      }
      await eitherOf(this.child[stream], "data", "end");
    }
  }
}

/** Waits for the first of two events, and leaves no listener for the other. */
async function eitherOf(emitter: EventEmitter, ...names: readonly [string, string]): Promise<void> {
  const heard = new AbortController();
  const next = names.map((name) => once(emitter, name, { signal: heard.signal }));
  await Promise.race(next);
  heard.abort();
  await Promise.allSettled(next);
}
