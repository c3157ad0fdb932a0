import { create, type JsonObject } from "@bufbuild/protobuf";
import {
  ClientStatusDiscoveryService,
  type ClientStatusRequest,
  type ClientStatusResponse,
  ClientStatusResponseSchema,
} from "@signalbox/envoy-api/envoy/service/status/v3/csds_pb.js";
import {
  GrpcError,
  Metadata,
  type Peer,
  type RawService,
  serviceOf,
  STATUS,
} from "@signalbox/grpc";
import type { XdsServer } from "../server/xds-server.ts";
import type { Node } from "../wire/node.ts";
import { clientConfig, nodeMessage, type SizedConfig } from "./client-config.ts";
import { matchesNode } from "./node-matcher.ts";

/** How much one answer says. */
export interface ClientStatusLimits {
  /** Bytes of an answer, about. Default 4 MiB, which is what clients of gRPC receive by default. */
  readonly maxBytes: number;
  /** Streams in one answer. Default 1,000. */
  readonly maxClients: number;
}

/** What the service tells of, to whom, and how much at once. */
export interface ClientStatusOptions {
  readonly xds: XdsServer;
  /** Whether who asks is told of this node; others are left out. @default everybody, of every node */
  readonly mayRead?: (asker: Peer, node: Node) => boolean;
  readonly limits?: Partial<ClientStatusLimits>;
}

/** One page of an answer. */
export interface ClientStatusPage {
  readonly response: ClientStatusResponse;
  /** Where the next page begins; undefined behind the last one. */
  readonly next: number | undefined;
}

/** Metadata (and, over REST, headers) that ask for pages, and say where the next one begins. */
export const AFTER = "x-signalbox-after";
export const NEXT = "x-signalbox-next";

const DEFAULT_LIMITS: ClientStatusLimits = Object.freeze({ maxBytes: 4 << 20, maxClients: 1000 });

/**
 * The client status discovery service (CSDS, xds §2.11), the server's view: one `ClientConfig` a
 * stream, in the order in which they were opened, `client_scope` naming the stream. Contents of
 * secrets are never shown.
 *
 * An answer that would be longer than it may be is refused with RESOURCE_EXHAUSTED: nobody takes a
 * part for the whole. Narrow it by `node_matchers` or `exclude_resource_contents`, or ask for pages:
 * with the metadata `x-signalbox-after: 0` an answer stops at the limits, and the trailer
 * `x-signalbox-next` says what to send as `x-signalbox-after` to go on. On streams there are none.
 */
export class ClientStatusService {
  readonly #xds: XdsServer;
  readonly #mayRead: (asker: Peer, node: Node) => boolean;
  readonly #limits: ClientStatusLimits;
  /** For a router. */
  readonly services: readonly RawService[];

  constructor({ xds, mayRead = () => true, limits }: ClientStatusOptions) {
    this.#xds = xds;
    this.#mayRead = mayRead;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    const answer = (request: ClientStatusRequest, asker: Peer): ClientStatusResponse =>
      this.answer(request, asker);
    this.services = [
      serviceOf(ClientStatusDiscoveryService, {
        fetchClientStatus: (request, context) => {
          const after = context.metadata.get(AFTER);
          if (after === undefined) return answer(request, context.peer);
          const { response, next } = this.page(request, context.peer, parseAfter(after));
          if (next !== undefined) context.setTrailers(Metadata.empty.with(NEXT, String(next)));
          return response;
        },
        streamClientStatus: async function* (requests, { peer }) {
          for await (const request of requests) yield answer(request, peer);
        },
      }),
    ];
  }

  /**
   * All that `asker` may read.
   *
   * @throws GrpcError RESOURCE_EXHAUSTED when that is more than fits, and for matchers that are not
   *   supported
   */
  answer(request: ClientStatusRequest, asker: Peer): ClientStatusResponse {
    const { response, next } = this.page(request, asker, 0);
    if (next === undefined) return response;
    const text = `more than fits: narrow it by node_matchers, or ask for pages with ${AFTER}: 0`;
    throw new GrpcError(STATUS.RESOURCE_EXHAUSTED, text);
  }

  /** What fits, of the streams behind the one with the number `after`. */
  page(request: ClientStatusRequest, asker: Peer, after: number): ClientStatusPage {
    const { maxClients } = this.#limits;
    const response = create(ClientStatusResponseSchema, {});
    let leftBytes = this.#limits.maxBytes;
    let last = after;
    for (const client of this.#xds.clients()) {
      const { id, node } = client.stream;
      if (id <= after || node === undefined || !this.#mayRead(asker, node)) continue;
      const metadata = (): JsonObject => nodeMessage(node).metadata ?? {};
      if (!matchesNode(request.nodeMatchers, { id: node.id, metadata })) continue;
      const { length } = response.config;
      const hasContents = !request.excludeResourceContents;
      const sized: SizedConfig | undefined =
        length < maxClients
          ? clientConfig(client, node, { hasContents, maxBytes: leftBytes })
          : undefined;
      if (sized === undefined && length === 0) throw tooLarge(id);
      if (sized === undefined) return { response, next: last };
      response.config.push(sized.config);
      leftBytes -= sized.bytes;
      last = id;
    }
    return { response, next: undefined };
  }
}

/** @throws GrpcError INVALID_ARGUMENT for what is no number of a stream */
export function parseAfter(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new GrpcError(STATUS.INVALID_ARGUMENT, `${AFTER} is the number of a stream`);
}

function tooLarge(id: number): GrpcError {
  const text = `stream ${id} alone has more than fits: set exclude_resource_contents`;
  return new GrpcError(STATUS.RESOURCE_EXHAUSTED, text);
}
