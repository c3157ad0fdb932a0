import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./proxyless-client.ts", import.meta.url));

type Line = { readonly answer: string } | { readonly error: string };

/** Environment variables that a client process is given besides its bootstrap. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A proxyless client that calls `target` without end. */
export class ClientProcess {
  /** Who answered, in order. */
  readonly answers: string[] = [];
  readonly errors: string[] = [];
  readonly #stop: () => Promise<void>;

  private constructor(stop: () => Promise<void>) {
    this.#stop = stop;
  }

  /** @param xdsPort where the management server listens on loopback */
  static start(
    t: TestContext,
    xdsPort: number,
    target: string,
    environment: Environment = process.env,
  ): ClientProcess {
    const bootstrap = {
      xds_servers: [{ server_uri: `127.0.0.1:${xdsPort}`, channel_creds: [{ type: "insecure" }] }],
      node: { id: "proxyless", locality: { zone: "a" } },
    };
    const child = spawn(process.execPath, [PROGRAM, target], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...environment, GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify(bootstrap) },
    });
    // Its last lines may still be under way when it exits.
    const ended = once(child, "close");
    const client = new ClientProcess(async () => {
      child.stdin.end();
      await ended;
    });
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = JSON.parse(text) as Line;
      if ("answer" in line) client.answers.push(line.answer);
      else client.errors.push(line.error);
    });
    t.after(() => client.stop());
    return client;
  }

  /** Lets the call under way end. Idempotent. */
  stop(): Promise<void> {
    return this.#stop();
  }
}
