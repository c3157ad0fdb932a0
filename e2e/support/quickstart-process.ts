import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createInterface } from "node:readline";

/** A running `./quickstart` in a process group of its own, as a terminal would start it. */
export class QuickstartProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #arrived = new EventTarget();
  readonly #ended: Promise<number | null>;
  #isOver = false;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn("./quickstart", args, {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      env: { ...process.env, ...env },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        this.#lines.push(line);
        this.#arrived.dispatchEvent(new Event("line"));
      });
    }
    this.#ended = once(this.#child, "close").then(([code]) => code as number | null);
    void this.#ended.then(() => {
      this.#isOver = true;
      this.#arrived.dispatchEvent(new Event("line"));
    });
  }

  get output(): string {
    return this.#lines.join("\n");
  }

  /** Its exit code, once it and all that shares its output has ended. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Waits for a line that matches. @throws Error with all it said when it ends without */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const line of this.#lines) {
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      if (this.#isOver) throw new Error(`it never said ${pattern}:\n${this.output}`);
      await once(this.#arrived, "line");
    }
  }

  /** Signals the whole process group, as Ctrl-C in a terminal does. */
  interrupt(signal: NodeJS.Signals = "SIGINT"): void {
    process.kill(-(this.#child.pid ?? 0), signal);
  }

  /** For teardown: ends whatever is left of it, and waits until it has. */
  async kill(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) this.interrupt("SIGTERM");
    await this.#ended;
  }
}

/** Ids of the processes whose command line, or working directory, names the text. */
export function processesNaming(text: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => commandLine(name).includes(text) || workingDirectory(name).includes(text))
    .map(Number);
}

function workingDirectory(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
