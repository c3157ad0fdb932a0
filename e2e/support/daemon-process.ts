import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The parts of `endpoints.json` that the tests use. */
export interface Endpoints {
  readonly rest: string;
  readonly ops: string;
  readonly xds: string;
  readonly enrol: string;
  readonly region: string;
  readonly organization: string;
  readonly project: string;
}

/** A real `signalbox serve` on ports of its own. */
export class DaemonProcess {
  readonly dataDir: string;
  readonly endpoints: Endpoints;
  readonly token: string;
  readonly #child: ChildProcess;
  readonly #stderr: string[];

  private constructor(
    child: ChildProcess,
    dataDir: string,
    endpoints: Endpoints,
    token: string,
    stderr: string[],
  ) {
    this.#child = child;
    this.dataDir = dataDir;
    this.endpoints = endpoints;
    this.token = token;
    this.#stderr = stderr;
  }

  /** Starts it and waits for its line `ready`. @throws Error with its words when it ends before */
  static async start(dataDir: string, args: readonly string[]): Promise<DaemonProcess> {
    const listeners = ["rest", "ops", "xds", "node", "enrol"].flatMap((name) => [
      `--listen-${name}`,
      "127.0.0.1:0",
    ]);
    const child = spawn("./signalbox", ["serve", "--data-dir", dataDir, ...listeners, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stderr: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => stderr.push(line));
    const ready = Promise.withResolvers<void>();
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("ready")) ready.resolve();
    });
    child.once("exit", (code, signal) => {
      const words = stderr.slice(-20).join("\n");
      ready.reject(
        new Error(`the daemon ended (${signal ?? code}) before it was ready:\n${words}`),
      );
    });
    await ready.promise;
    const endpoints = JSON.parse(
      await readFile(join(dataDir, "endpoints.json"), "utf8"),
    ) as Endpoints;
    const token = (await readFile(join(dataDir, "admin.token"), "utf8")).trim();
    return new DaemonProcess(child, dataDir, endpoints, token, stderr);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it wrote to its log so far. */
  get log(): readonly string[] {
    return this.#stderr;
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  /** Asks it to stop; answers its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      return this.#child.exitCode;
    }
    this.#child.kill("SIGTERM");
    const [code] = (await once(this.#child, "exit")) as [number | null];
    return code;
  }

  /** One call of the REST API as the administrator. */
  async call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(new URL(path, this.endpoints.rest), {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }
}
