import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { showConsole } from "./terminal.ts";

const POLL_MS = 500;

/** Runs `signalbox` commands against one daemon, showing each before it runs. */
export class Commands {
  readonly #dataDir: string;
  readonly #shownDataDir: readonly string[];

  constructor(dataDir: string, isDefaultDataDir: boolean) {
    this.#dataDir = dataDir;
    this.#shownDataDir = isDefaultDataDir ? [] : ["--data-dir", dataDir];
  }

  /** Runs a command with its output on the screen. @throws Error when it fails */
  async run(...args: readonly string[]): Promise<void> {
    process.stdout.write(`$ ./signalbox ${[...args, ...this.#shownDataDir].join(" ")}\n`);
    const child = spawn("./signalbox", [...args, "--data-dir", this.#dataDir], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw new Error(`signalbox ${args.join(" ")} ended with code ${code}`);
  }

  /** Runs a command quietly and answers what it printed. */
  async read(...args: readonly string[]): Promise<string> {
    const child = spawn("./signalbox", [...args, "--data-dir", this.#dataDir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output, [code]] = await Promise.all([
      text(child.stdout),
      once(child, "exit") as Promise<[number | null]>,
    ]);
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
}
