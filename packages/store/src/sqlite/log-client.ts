import { Problem } from "@signalbox/base";
import { Worker } from "node:worker_threads";
import type { LogOperation, LogOperations, LogReply, LogRequest } from "./log-messages.ts";

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Problem) => void;
}

type Answer<O extends LogOperation> = ReturnType<LogOperations[O]>;

/** Calls the thread that owns the file; answers come in the order of the calls. */
export class LogClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #serial = 0;
  #ended: Problem | undefined;

  constructor() {
    // Without the process's own options: some (`--input-type`) are refused in a thread.
    this.#worker = new Worker(threadFile(), { name: "store", execArgv: [] });
    this.#worker.on("message", (reply: LogReply) => this.#settle(reply));
    this.#worker.on("error", (cause) => this.#end(cause));
    this.#worker.on("exit", () => this.#end(undefined));
  }

  call<O extends LogOperation>(
    operation: O,
    ...args: Parameters<LogOperations[O]>
  ): Promise<Answer<O>> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const serial = this.#serial++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(serial, { resolve, reject });
    const request: LogRequest = { serial, operation, args };
    this.#worker.postMessage(request);
    return promise as Promise<Answer<O>>;
  }

  /** Ends the thread; what it has not answered fails. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: LogReply): void {
    const pending = this.#pending.get(reply.serial);
    this.#pending.delete(reply.serial);
    if ("answer" in reply) {
      pending?.resolve(reply.answer);
      return;
    }
    const { code, message, cause } = reply.failure;
    pending?.reject(new Problem(code, message, { cause: new Error(cause) }));
  }

  #end(cause: unknown): void {
    this.#ended ??= new Problem(
      "store_unavailable",
      "the store's thread has ended; whether its last writes were kept shows after a restart",
      { cause },
    );
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }
}

/** The thread's entry has the extension of this file: source in development, else compiled. */
function threadFile(): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`./log-thread.${extension}`, import.meta.url);
}
