import { linkSignal } from "@signalbox/base";
import type { Peer } from "@signalbox/grpc";
import { fetchAnswer } from "../stream/fetch-answer.ts";
import { assertNames } from "../stream/stream-limits.ts";
import type { SotwAnswer } from "../wire/answer.ts";
import { UNKNOWN_NODE } from "../wire/decode-node.ts";
import type { SotwRequest } from "../wire/sotw-request.ts";
import { TableWait } from "./table-wait.ts";
import type { XdsMetrics } from "./xds-metrics.ts";
import type { XdsServerSettings } from "./xds-server-options.ts";

/** Who polls, and how the poll is held back until there is something to say. */
export interface PollOptions {
  readonly peer: Peer;
  /** Milliseconds. 0 answers at once. */
  readonly holdMs: number;
  /** The client has gone. */
  readonly signal: AbortSignal;
}

/** What comes of a poll (xds §2.9). */
export type PollOutcome =
  | { readonly kind: "answer"; readonly answer: SotwAnswer }
  /** The client has this version. */
  | { readonly kind: "unchanged" }
  /** Nothing is configured for the node yet. */
  | { readonly kind: "unknown" }
  /** No cache serves the type. */
  | { readonly kind: "unserved" };

/** Single answers, for the unary methods and for REST. */
export class Fetcher {
  readonly #settings: XdsServerSettings;
  readonly #metrics: XdsMetrics;
  readonly #stopping = new AbortController();

  constructor(settings: XdsServerSettings, metrics: XdsMetrics) {
    this.#settings = settings;
    this.#metrics = metrics;
  }

  /**
   * Answers a request whose type is filled in.
   *
   * @returns undefined while nothing is configured for the node, or the type is not served
   * @throws whatever the callbacks throw
   */
  async fetch(request: SotwRequest, peer: Peer): Promise<SotwAnswer | undefined> {
    await this.#begin(request, peer);
    const wait = new TableWait(this.#settings.cache, request);
    try {
      const answer = answerFrom(wait, request);
      if (answer !== undefined) this.#settings.callbacks.onFetchResponse?.(request, answer);
      return answer;
    } finally {
      wait.close();
    }
  }

  /**
   * Answers when there is something that the client has not, which it tells by its version; at the
   * latest when its time is over.
   *
   * @throws whatever the callbacks throw
   */
  async poll(request: SotwRequest, { peer, holdMs, signal }: PollOptions): Promise<PollOutcome> {
    await this.#begin(request, peer);
    using over = linkSignal(this.#stopping.signal);
    if (signal.aborted) over.abort();
    else signal.addEventListener("abort", () => over.abort(), { once: true });
    const wait = new TableWait(this.#settings.cache, request);
    try {
      const outcome = await this.#awaitNews(wait, request, holdMs, over.signal);
      if (outcome.kind === "answer") {
        this.#settings.callbacks.onFetchResponse?.(request, outcome.answer);
      }
      return outcome;
    } finally {
      wait.close();
    }
  }

  /** Polls are answered at once from now on. */
  stop(): void {
    this.#stopping.abort();
  }

  async #begin(request: SotwRequest, peer: Peer): Promise<void> {
    const { limits, callbacks } = this.#settings;
    assertNames(request.resourceNames, limits);
    await callbacks.onFetchRequest?.(request, peer);
    this.#metrics.fetched(request.typeUrl);
  }

  async #awaitNews(
    wait: TableWait,
    request: SotwRequest,
    holdMs: number,
    over: AbortSignal,
  ): Promise<PollOutcome> {
    const { clock } = this.#settings;
    const untilMs = clock.monotonic() + holdMs;
    for (;;) {
      if (wait.table === undefined) return { kind: "unserved" };
      const answer = answerFrom(wait, request);
      if (answer !== undefined && isNews(answer, request)) return { kind: "answer", answer };
      const leftMs = untilMs - clock.monotonic();
      if (leftMs <= 0 || over.aborted) return { kind: answer ? "unchanged" : "unknown" };
      await wait.change({ clock, leftMs, signal: over });
    }
  }
}

function answerFrom(
  { table }: TableWait,
  { node = UNKNOWN_NODE, resourceNames }: SotwRequest,
): SotwAnswer | undefined {
  return table && fetchAnswer(table, node, resourceNames);
}

function isNews({ versionInfo }: SotwAnswer, request: SotwRequest): boolean {
  return request.versionInfo === "" || request.versionInfo !== versionInfo;
}
