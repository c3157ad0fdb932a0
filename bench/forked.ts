import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A process that is told something and reports, one report at a time. */
export class Forked<Command extends object, Report> implements Disposable {
  readonly #child: ChildProcess;
  #awaited: PromiseWithResolvers<Report> | undefined;

  constructor(script: URL, args: readonly string[]) {
    const execArgv = ["--conditions=source", "--expose-gc"];
    this.#child = fork(fileURLToPath(script), [...args], { execArgv });
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
