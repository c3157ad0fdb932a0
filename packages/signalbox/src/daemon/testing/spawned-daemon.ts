import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Endpoints } from "../endpoints-file.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const NODE_FLAGS = ["--conditions=source", "--disable-warning=ExperimentalWarning"];

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line to its end, in an environment without options of our own. */
export async function runCommand(
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Finished> {
  return finished(start(args, options));
}

/** Starts a daemon, sends it `signal` as soon as its log says `words`, and awaits its end. */
export async function runUntilLogged(
  dataDir: string,
  words: string,
  signal: NodeJS.Signals,
): Promise<Finished> {
  const child = start(serveArguments(dataDir));
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    const before = log.includes(words);
    log += chunk.toString();
    if (!before && log.includes(words)) child.kill(signal);
  });
  return finished(child);
}

/** A daemon in a process of its own: simulated machines, free ports. */
export class SpawnedDaemon {
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** What it printed until it was ready. */
  readonly lines: readonly string[];
  readonly exited: Promise<Finished>;

  private constructor(
    dataDir: string,
    child: ChildProcess,
    lines: readonly string[],
    exited: Promise<Finished>,
  ) {
    this.dataDir = dataDir;
    this.process = child;
    this.lines = lines;
    this.exited = exited;
  }

  /** Resolves when it has said that it is ready. @throws Error when it ends instead */
  static async start(dataDir: string, args: readonly string[] = []): Promise<SpawnedDaemon> {
    const child = start(serveArguments(dataDir, args));
    const exited = finished(child);
    const lines: string[] = [];
    const ready = (async () => {
      if (child.stdout === null) return false;
      for await (const line of createInterface(child.stdout)) {
        lines.push(line);
        if (line.startsWith("ready")) return true;
      }
      return false;
    })();
    if (!(await ready)) {
      const { code, stderr } = await exited;
      throw new Error(`the daemon ended with ${code}: ${stderr}`);
    }
    return new SpawnedDaemon(dataDir, child, lines, exited);
  }

  get endpoints(): Endpoints {
    return JSON.parse(readFileSync(join(this.dataDir, "endpoints.json"), "utf8")) as Endpoints;
  }

  get adminToken(): string {
    return readFileSync(join(this.dataDir, "admin.token"), "utf8").trim();
  }

  /** A request to the REST listener, as the administrator unless told otherwise. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${this.adminToken}`);
    return fetch(`${this.endpoints.rest}${path}`, { ...init, headers });
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Finished> {
    this.process.kill(signal);
    return this.exited;
  }
}

export function serveArguments(dataDir: string, args: readonly string[] = []): readonly string[] {
  return [
    "serve",
    ...["--data-dir", dataDir],
    ...["--provider", "simulated"],
    ...["--listen-rest", "127.0.0.1:0"],
    ...["--listen-ops", "127.0.0.1:0"],
    ...["--listen-xds", "127.0.0.1:0", "--listen-node", "127.0.0.1:0"],
    ...["--listen-enrol", "127.0.0.1:0"],
    ...args,
  ];
}

function start(args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return spawn(process.execPath, [...NODE_FLAGS, MAIN, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE },
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function finished(child: ChildProcess): Promise<Finished> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}
