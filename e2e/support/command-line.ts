import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
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

  start(...args: readonly string[]): ChildProcess {
    return spawn("./signalbox", args, { env: this.#env, stdio: ["pipe", "pipe", "pipe"] });
  }

  /** Runs a command to its end, whatever that is. */
  async run(...args: readonly string[]): Promise<Finished> {
    const child = this.start(...args);
    child.stdin?.end();
    return await finished(child);
  }

  /** Runs a line of bash in which `signalbox` is on the PATH's front; `pipefail` is set. */
  async shell(line: string): Promise<Finished> {
    const child = spawn("bash", ["-o", "pipefail", "-c", line], {
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return await finished(child);
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

/** Everything that a command says until it ends. */
export async function finished(child: ChildProcess): Promise<Finished> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("the command's output is not piped");
  const [out, err, [code]] = await Promise.all([
    text(stdout),
    text(stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, stdout: out, stderr: err };
}
