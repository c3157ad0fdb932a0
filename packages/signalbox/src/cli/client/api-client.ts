import type { IncomingMessage } from "node:http";
import { Problem } from "@signalbox/base";
import { parseApiProblem } from "./api-problem.ts";
import { parseEventStream, type StreamEvent } from "./event-stream.ts";
import { exchange, readText } from "./http-exchange.ts";

export interface ApiClientOptions {
  /** `http://127.0.0.1:6080`. */
  readonly url: string;
  readonly token: string;
  /** PEM of the authority that signed the daemon's certificate. */
  readonly ca?: string;
  readonly signal: AbortSignal;
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export interface CallOptions {
  readonly query?: Query;
  readonly body?: unknown;
  /** Sent as `If-Match`: the change is refused when the resource has changed since. */
  readonly ifMatch?: string | undefined;
}

export interface ApiAnswer {
  readonly status: number;
  /** The parsed body; undefined when the answer was empty. */
  readonly body: unknown;
  readonly etag: string | undefined;
  /** Cursor of the next page. */
  readonly next: string | undefined;
}

/** Speaks the REST API: JSON in, JSON out, refusals as Problems. */
export class ApiClient {
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  get url(): string {
    return this.#options.url;
  }

  get signal(): AbortSignal {
    return this.#options.signal;
  }

  /** PEM of the authority to trust, for connections beside this one. */
  get ca(): string | undefined {
    return this.#options.ca;
  }

  /** @throws Problem with the code that the daemon answered, or `unavailable` */
  async call(method: string, path: string, options: CallOptions = {}): Promise<ApiAnswer> {
    const response = await this.#send(method, path, options);
    const text = await this.#whole(readText(response));
    const status = response.statusCode ?? 0;
    if (status < 200 || status >= 300) throw parseApiProblem(status, text);
    return {
      status,
      body: text === "" ? undefined : parseJson(text),
      etag: response.headers.etag,
      next: nextCursor(response.headers["link"]),
    };
  }

  /** Every item of a list, page by page. */
  async list(path: string, query: Query = {}): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let cursor: string | undefined;
    do {
      const answer = await this.call("GET", path, { query: { limit: 500, ...query, cursor } });
      if (!Array.isArray(answer.body)) throw new Problem("internal", `${path} is not a list`);
      items.push(...(answer.body as readonly unknown[]));
      cursor = answer.next;
    } while (cursor !== undefined);
    return items;
  }

  /** The changes of a list as they happen. @throws Problem `unavailable` when the daemon ends it */
  async *events(path: string, query: Query = {}): AsyncGenerator<StreamEvent> {
    const response = await this.#send("GET", path, { query: { ...query, watch: "true" } });
    const status = response.statusCode ?? 0;
    if (status !== 200) throw parseApiProblem(status, await this.#whole(readText(response)));
    try {
      yield* parseEventStream(response);
    } catch (error) {
      this.#options.signal.throwIfAborted();
      throw cutOff(error);
    } finally {
      response.destroy();
    }
    throw cutOff();
  }

  /** A body that was cut off says so, and one that we gave up is no fault. */
  async #whole(body: Promise<string>): Promise<string> {
    try {
      return await body;
    } catch (error) {
      this.#options.signal.throwIfAborted();
      throw error instanceof Problem ? error : cutOff(error);
    }
  }

  #send(method: string, path: string, options: CallOptions): Promise<IncomingMessage> {
    const url = new URL(path, this.#options.url);
    appendQuery(url, options.query ?? {});
    const headers: Record<string, string> = { authorization: `Bearer ${this.#options.token}` };
    if (options.body !== undefined) headers["content-type"] = "application/json";
    if (options.ifMatch !== undefined) headers["if-match"] = options.ifMatch;
    return exchange({
      method,
      url,
      headers,
      signal: this.#options.signal,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(this.#options.ca === undefined ? {} : { ca: this.#options.ca }),
    });
  }
}

function cutOff(cause?: unknown): Problem {
  return new Problem(
    "unavailable",
    "the daemon ended the connection; run the command again once it is back",
    { cause },
  );
}

function appendQuery(url: URL, query: Query): void {
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const values = typeof value === "object" ? value : [value];
    for (const one of values) url.searchParams.append(name, String(one));
  }
}

function nextCursor(link: string | string[] | undefined): string | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(String(link ?? ""))?.[1];
  if (target === undefined) return undefined;
  return new URL(target, "http://local").searchParams.get("cursor") ?? undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem("internal", "the daemon's answer is not JSON; is --url right?", {
      cause: error,
    });
  }
}
