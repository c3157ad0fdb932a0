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
export interface Fetcher {
  /**
   * Answers a request whose type is filled in.
   *
   * @returns undefined while nothing is configured for the node, or the type is not served
   * @throws whatever the callbacks throw
   */
  fetch(request: SotwRequest, peer: Peer): Promise<SotwAnswer | undefined>;
  /**
   * Answers when there is something that the client has not, which it tells by its version; at the
   * latest when its time is over.
   *
   * @throws whatever the callbacks throw
   */
  poll(request: SotwRequest, options: PollOptions): Promise<PollOutcome>;
  /** Polls are answered at once from now on. */
  stop(): void;
}

export function createFetcher(settings: XdsServerSettings, metrics: XdsMetrics): Fetcher {
  const { cache, callbacks, limits, clock } = settings;
  const stopping = new AbortController();

  const begin = async (request: SotwRequest, peer: Peer): Promise<void> => {
    assertNames(request.resourceNames, limits);
    await callbacks.onFetchRequest?.(request, peer);
    metrics.fetched(request.typeUrl);
  };

  const answerOf = (wait: TableWait, { node, resourceNames }: SotwRequest) =>
    wait.table && fetchAnswer(wait.table, node ?? UNKNOWN_NODE, resourceNames);

  return {
    fetch: async (request, peer) => {
      await begin(request, peer);
      const wait = new TableWait(cache, request);
      try {
        const answer = answerOf(wait, request);
        if (answer !== undefined) callbacks.onFetchResponse?.(request, answer);
        return answer;
      } finally {
        wait.close();
      }
    },
    poll: async (request, { peer, holdMs, signal }) => {
      await begin(request, peer);
      const untilMs = clock.monotonic() + holdMs;
      using over = linkSignal(stopping.signal);
      if (signal.aborted) over.abort();
      else signal.addEventListener("abort", () => over.abort(), { once: true });
      const wait = new TableWait(cache, request);
      try {
        for (;;) {
          if (wait.table === undefined) return { kind: "unserved" };
          const answer = answerOf(wait, request);
          if (answer !== undefined && isNews(answer, request)) {
            callbacks.onFetchResponse?.(request, answer);
            return { kind: "answer", answer };
          }
          const leftMs = untilMs - clock.monotonic();
          if (leftMs <= 0 || over.signal.aborted) return { kind: answer ? "unchanged" : "unknown" };
          await wait.change({ clock, leftMs, signal: over.signal });
        }
      } finally {
        wait.close();
      }
    },
    stop: () => stopping.abort(),
  };
}

function isNews({ versionInfo }: SotwAnswer, request: SotwRequest): boolean {
  return request.versionInfo === "" || request.versionInfo !== versionInfo;
}
