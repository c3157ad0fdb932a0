import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Side, Usage } from "./sample.ts";

/** A server process of the gRPC bench. */
export class StartedServer {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(side: Side): Promise<StartedServer> {
    const script = fileURLToPath(new URL("./server-process.ts", import.meta.url));
    const args = ["--conditions=source", "--expose-gc", script, side];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const [port] = (await once(child, "message")) as [number];
    return new StartedServer(child, port);
  }

  async usage(): Promise<Usage> {
    this.#child.send("usage");
    const [usage] = (await once(this.#child, "message")) as [Usage];
    return usage;
  }

  stop(): void {
    this.#child.kill();
  }
}
