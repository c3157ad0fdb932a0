import type { IncomingMessage } from "node:http";
import { type Clock, Problem } from "@signalbox/base";
import type { OpsConnection } from "./connection.ts";
import { exchange, readText } from "./http-exchange.ts";
import { within } from "./within.ts";

export interface OpsClientDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface OpsAnswer {
  readonly status: number;
  readonly text: string;
}

/** A listener that says nothing for so long is one that hangs. */
export const ANSWERS_WITHIN_MS = 5000;

/** Speaks the ops listener's HTTP: text or JSON out, refusals as Problems. */
export class OpsClient {
  readonly #connection: OpsConnection;
  readonly #deps: OpsClientDeps;

  constructor(connection: OpsConnection, deps: OpsClientDeps) {
    this.#connection = connection;
    this.#deps = deps;
  }

  get url(): string {
    return this.#connection.url;
  }

  /**
   * @param accepted statuses beside 2xx that are answers, as 503 of a probe is
   * @throws Problem `unavailable`, or with the code that the status stands for
   */
  async call(method: string, path: string, accepted: readonly number[] = []): Promise<OpsAnswer> {
    const deadline = { ...this.#deps, limitMs: ANSWERS_WITHIN_MS };
    return within(this.url, deadline, async (signal) => {
      const response = await this.#send(method, path, signal);
      const status = response.statusCode ?? 0;
      const text = await readText(response);
      if (status >= 300 && !accepted.includes(status)) throw refusal(status, path, text);
      return { status, text };
    });
  }

  /** A body that is JSON. */
  async read(path: string, accepted: readonly number[] = []): Promise<unknown> {
    const { text } = await this.call("GET", path, accepted);
    try {
      return JSON.parse(text);
    } catch (cause) {
      const message = `${this.url} is not the ops listener of a daemon; is --ops-url right?`;
      throw new Problem("internal", message, { cause });
    }
  }

  /** A body that takes its time, to be read as it comes. @throws as `call` */
  async stream(method: string, path: string): Promise<IncomingMessage> {
    const response = await this.#send(method, path, this.#deps.signal);
    const status = response.statusCode ?? 0;
    if (status >= 300) throw refusal(status, path, await readText(response));
    return response;
  }

  #send(method: string, path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { url, token, ...tls } = this.#connection;
    const headers = { authorization: `Bearer ${token}` };
    return exchange({ method, url: new URL(path, url), headers, signal, ...tls });
  }
}

function refusal(status: number, path: string, text: string): Problem {
  const said = text.trim();
  switch (status) {
    case 400:
      return new Problem("invalid_request", said);
    case 401:
      return new Problem(
        "unauthenticated",
        "the ops listener does not take the token; give one with --token-file or SIGNALBOX_TOKEN",
      );
    case 403:
      return new Problem("forbidden", `this token's role does not allow ${path}`);
    case 404:
      return new Problem("not_found", `the daemon's ops listener has no ${path}`);
    case 409:
      return new Problem("conflict", said);
    case 429:
    case 503:
      return new Problem("unavailable", `${said}; try again in a moment`);
    default:
      return new Problem("internal", `the ops listener answered ${status} to ${path}: ${said}`);
  }
}
