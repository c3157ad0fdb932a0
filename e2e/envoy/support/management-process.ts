import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { EncodedResource } from "@signalbox/envoy-api";

const PROGRAM = fileURLToPath(new URL("./management-program.ts", import.meta.url));

/** What one node is to have. */
export interface Configuration {
  readonly nodeId: string;
  readonly resources: readonly EncodedResource[];
}

/** An answer that the server sent. */
export interface Answered {
  readonly kind: "answered";
  readonly nodeId: string;
  readonly typeUrl: string;
  readonly resources: readonly string[];
}

/** A request that it got. */
export interface Asked {
  readonly kind: "asked";
  readonly nodeId: string;
  readonly typeUrl: string;
}

type Message = Answered | Asked | { readonly kind: "listening" };

/** A management server in a process of its own, for any number of nodes. */
export class ManagementProcess {
  /** What it sent, in order. */
  readonly answered: readonly Answered[];
  /** What it was asked for, in order. */
  readonly asked: readonly Asked[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, answered: readonly Answered[], asked: readonly Asked[]) {
    this.#child = child;
    this.answered = answered;
    this.asked = asked;
  }

  /** Starts it with the first configuration of each node. @param port on loopback */
  static async start(
    t: TestContext,
    port: number,
    configurations: readonly Configuration[],
  ): Promise<ManagementProcess> {
    const child = fork(PROGRAM, [String(port)], { serialization: "advanced" });
    t.after(() => kill(child));
    // Before it listens: a client that comes at once must not find it empty.
    for (const configuration of configurations) child.send(configuration);
    const answered: Answered[] = [];
    const asked: Asked[] = [];
    const listening = Promise.withResolvers<void>();
    child.on("message", (message: Message) => {
      if (message.kind === "listening") listening.resolve();
      if (message.kind === "answered") answered.push(message);
      if (message.kind === "asked") asked.push(message);
    });
    child.once("exit", (code) => listening.reject(new Error(`the server ended (${code})`)));
    await listening.promise;
    return new ManagementProcess(child, answered, asked);
  }

  set(configuration: Configuration): void {
    this.#child.send(configuration);
  }

  /** As a power cut would. */
  kill(): Promise<void> {
    return kill(this.#child);
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
