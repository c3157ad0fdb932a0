import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A real `signalbox agent` of this host. */
export class AgentProcess {
  /** `HOST:PORT`, where it takes calls. */
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
  }

  /** Starts it and waits until it takes calls. @throws Error with its words when it ends before */
  static async start(args: readonly string[]): Promise<AgentProcess> {
    const child = spawn("./signalbox", ["agent", ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const words: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => words.push(line));
    const ready = Promise.withResolvers<string>();
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [, address] = /^ready on (.+)$/.exec(line) ?? [];
      if (address !== undefined) ready.resolve(address);
    });
    child.once("exit", (code, signal) => {
      ready.reject(new Error(`the agent ended (${signal ?? code}):\n${words.join("\n")}`));
    });
    return new AgentProcess(child, await ready.promise);
  }

  /** Asks it to stop, its services as well. One that is killed would leave them behind. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGTERM");
    await once(this.#child, "exit");
  }
}
