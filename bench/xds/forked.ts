import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FleetOptions, FleetReport } from "./fleet-control.ts";
import type { ServerCommand, ServerReport } from "./server-control.ts";

export type ServerKind = "linear" | "snapshot" | "grpc-js" | "raw";

/** A process that is told something and reports, one report at a time. */
class Forked<Command extends object, Report> implements Disposable {
  readonly #child: ChildProcess;
  #awaited: PromiseWithResolvers<Report> | undefined;

  constructor(script: string, args: readonly string[]) {
    const execArgv = ["--conditions=source", "--expose-gc"];
    this.#child = fork(fileURLToPath(new URL(script, import.meta.url)), [...args], { execArgv });
    this.#child.on("message", (told) => {
      const awaited = this.#awaited;
      this.#awaited = undefined;
      awaited?.resolve(told as Report);
    });
    this.#child.on("exit", (code) => {
      this.#awaited?.reject(new Error(`a process of the bench ended with ${String(code)}`));
    });
  }

  /** Resolves to the next report. */
  next(): Promise<Report> {
    this.#awaited ??= Promise.withResolvers<Report>();
    return this.#awaited.promise;
  }

  tell(command: Command): Promise<Report> {
    const report = this.next();
    this.#child.send(command);
    return report;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

/** A server of resources of ENDPOINTS each; its first report says where it listens. */
export class ServerProcess extends Forked<ServerCommand, ServerReport> {
  constructor(kind: ServerKind, resources: number, endpoints: number) {
    super("./server-process.ts", [kind, String(resources), String(endpoints)]);
  }
}

export class Fleet extends Forked<FleetOptions, FleetReport> {
  constructor() {
    super("./fleet-process.ts", []);
  }
}
