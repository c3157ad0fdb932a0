import type { Metrics } from "@signalbox/base";
import { resourceTypeOf } from "../resource/resource-types.ts";
import type { StreamKind } from "../stream/dialect.ts";
import type { SentEvent } from "../stream/stream-observer.ts";
import type { Acknowledgement, RequestKind } from "../stream/type-machine.ts";

/** The numbers of a server. Types that clients make up are counted as `other`. */
export interface XdsMetrics {
  streams(kind: StreamKind, count: number): void;
  refused(reason: "streams" | "rate" | "draining"): void;
  request(kind: StreamKind, typeUrl: string, what: RequestKind): void;
  sent(kind: StreamKind, event: SentEvent): void;
  acked(kind: StreamKind, ack: Acknowledgement): void;
  fetched(typeUrl: string): void;
  /** From a change to its acceptance by a client. */
  converged(kind: StreamKind, typeUrl: string, tookMs: number): void;
  /** A change that goes out with what the client is owed already. */
  coalesced(kind: StreamKind, typeUrl: string): void;
}

const ACCEPTANCE_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60];

/** Every family of a server. */
const FAMILIES = {
  streams: {
    name: "xds_streams",
    help: "Open streams.",
    labels: ["kind"],
  },
  refused: {
    name: "xds_refused_total",
    help: "Streams that were refused or ended by a limit.",
    labels: ["reason"],
  },
  requests: {
    name: "xds_requests_total",
    help: "Requests by what they were: spontaneous, ack, nack, stale.",
    labels: ["kind", "type", "what"],
  },
  answers: {
    name: "xds_answers_total",
    help: "Answers that were sent; shared ones were encoded for another stream before.",
    labels: ["kind", "type", "encoded"],
  },
  bytes: {
    name: "xds_answer_bytes_total",
    help: "Bytes of the answers that were sent, before compression and TLS.",
    labels: ["kind", "type"],
  },
  acceptance: {
    name: "xds_ack_seconds",
    help: "Time from an answer to its acceptance.",
    labels: ["kind", "type"],
    buckets: ACCEPTANCE_SECONDS,
  },
  fetches: {
    name: "xds_fetches_total",
    help: "Single answers, by gRPC or REST.",
    labels: ["type"],
  },
  converged: {
    name: "xds_convergence_seconds",
    help: "Time from a change to its acceptance by a client that it concerns.",
    labels: ["kind", "type"],
    buckets: ACCEPTANCE_SECONDS,
  },
  coalesced: {
    name: "xds_coalesced_changes_total",
    help: "Changes that went to a client together with what it was owed already.",
    labels: ["kind", "type"],
  },
} as const;

/** Declares the families, also where nothing is counted yet. */
export function createXdsMetrics(metrics: Metrics): XdsMetrics {
  const streams = metrics.gauge(FAMILIES.streams);
  const refused = metrics.counter(FAMILIES.refused);
  const requests = metrics.counter(FAMILIES.requests);
  const answers = metrics.counter(FAMILIES.answers);
  const bytes = metrics.counter(FAMILIES.bytes);
  const acceptance = metrics.histogram(FAMILIES.acceptance);
  const fetches = metrics.counter(FAMILIES.fetches);
  const converged = metrics.histogram(FAMILIES.converged);
  const coalesced = metrics.counter(FAMILIES.coalesced);
  return {
    streams: (kind, count) => streams.set(count, { kind }),
    refused: (reason) => refused.add({ reason }),
    request: (kind, typeUrl, what) => requests.add({ kind, type: label(typeUrl), what }),
    sent: (kind, event) => {
      const type = label(event.typeUrl);
      answers.add({ kind, type, encoded: event.isShared ? "shared" : "fresh" });
      bytes.add({ kind, type }, event.bytes);
    },
    acked: (kind, { typeUrl, tookMs }) =>
      acceptance.observe(tookMs / 1000, { kind, type: label(typeUrl) }),
    converged: (kind, typeUrl, ms) => converged.observe(ms / 1000, { kind, type: label(typeUrl) }),
    coalesced: (kind, typeUrl) => coalesced.add({ kind, type: label(typeUrl) }),
    fetched: (typeUrl) => fetches.add({ type: label(typeUrl) }),
  };
}

function label(typeUrl: string): string {
  return resourceTypeOf(typeUrl)?.name ?? "other";
}
