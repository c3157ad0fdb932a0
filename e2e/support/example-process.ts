import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";

export interface ExampleOptions {
  /** The file, as Node is given it. */
  readonly file: string;
  /** Of Node. */
  readonly flags?: readonly string[];
  /** Behind the port. */
  readonly args?: readonly string[];
  readonly cwd: string;
}

/** An example that runs as its reader would run it, until the test ends. */
export class ExampleProcess {
  /** `127.0.0.1:4312` */
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  private constructor(address: string, child: ChildProcess) {
    this.address = address;
    this.#child = child;
    this.#ended = once(child, "exit");
  }

  static async start(t: TestContext, options: ExampleOptions): Promise<ExampleProcess> {
    const args = [...(options.flags ?? []), options.file, "0", ...(options.args ?? [])];
    const stdio = ["pipe", "pipe", "inherit"] as const;
    const child = spawn(process.execPath, args, { cwd: options.cwd, stdio: [...stdio] });
    t.after(() => child.kill("SIGKILL"));
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /^ready on port (\d+)$/.exec(line)?.[1];
      if (port !== undefined) return new ExampleProcess(`127.0.0.1:${port}`, child);
    }
    throw new Error(`${options.file} ended before it was ready`);
  }

  type(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Tells it to stop. Resolves with the exit code, null when the signal itself ended it. */
  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    const [code] = await this.#ended;
    return code as number | null;
  }

  /** Ends its input. Resolves with the exit code, null after a signal. */
  async finish(): Promise<number | null> {
    this.#child.stdin?.end();
    const [code] = await this.#ended;
    return code as number | null;
  }
}
