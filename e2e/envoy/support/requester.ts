import { Agent, get, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { TestContext } from "node:test";

export interface FailedRequest {
  readonly afterMs: number;
  readonly reason: string;
}

/** A late answer is no failure. */
const TIMEOUT_MS = 60_000;
/** Between two requests of one worker: without it new connections would use up the ports. */
const PAUSE_MS = 2;

/**
 * Sends requests to one address without end, on a connection that it keeps and on a new one for
 * each, and counts what comes back. Nothing is tried again.
 */
export class Requester {
  readonly failed: FailedRequest[] = [];
  /** Number of answers by their text. */
  readonly answers = new Map<string, number>();
  readonly #port: number;
  readonly #startedMs = performance.now();
  readonly #workers: Promise<unknown>;
  #isStopped = false;

  private constructor(port: number) {
    this.#port = port;
    const keeping = new Agent({ keepAlive: true, maxSockets: 1 });
    const fresh = new Agent({ keepAlive: false });
    this.#workers = Promise.all([keeping, fresh].map((agent) => this.#work(agent)));
  }

  static start(t: TestContext, port: number): Requester {
    const requester = new Requester(port);
    t.after(() => requester.stop());
    return requester;
  }

  get sent(): number {
    return this.failed.length + [...this.answers.values()].reduce((sum, of) => sum + of, 0);
  }

  /** Waits for the requests under way. Idempotent. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#workers;
  }

  async #work(agent: Agent): Promise<void> {
    while (!this.#isStopped) {
      await this.#request(agent);
      await delay(PAUSE_MS);
    }
    agent.destroy();
  }

  async #request(agent: Agent): Promise<void> {
    try {
      const { status, body } = await request(this.#port, { agent });
      if (status === 200) this.answers.set(body, (this.answers.get(body) ?? 0) + 1);
      else this.#fail(`${status} ${body}`);
    } catch (error) {
      this.#fail(String(error));
    }
  }

  #fail(reason: string): void {
    this.failed.push({ afterMs: Math.round(performance.now() - this.#startedMs), reason });
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One GET, on a connection of its own unless an agent keeps one. */
export function request(
  port: number,
  options: {
    readonly agent?: Agent;
    readonly headers?: OutgoingHttpHeaders;
    readonly path?: string;
  } = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { agent = false, headers = {}, path = "/" } = options;
  const to = { host: "127.0.0.1", port, path, agent, headers, timeout: TIMEOUT_MS };
  const outgoing = get(to, (response) => {
    const { statusCode: status = 0, headers: received } = response;
    let body = "";
    response.setEncoding("utf8").on("data", (part: string) => (body += part));
    response.on("end", () => resolve({ status, headers: received, body }));
    response.on("error", reject);
  });
  outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
  outgoing.on("error", reject);
  return promise;
}
