import type { TestContext } from "node:test";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Client, type ClientDuplexStream, credentials } from "@grpc/grpc-js";
import type { ChannelCredentials } from "@grpc/grpc-js";
import { ClusterLoadAssignmentSchema } from "@signalbox/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js";
import {
  DiscoveryRequestSchema,
  type DiscoveryResponse,
  DiscoveryResponseSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { OWN_CONNECTIONS } from "@signalbox/testing";
import { PATIENCE_MS } from "../support/eventually.ts";

const METHOD = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
const HEALTH = "/grpc.health.v1.Health/Check";

interface AdsOptions {
  readonly cluster?: string;
  /** Of the channel. @default none */
  readonly credentials?: ChannelCredentials;
  /** Why an answer is refused; undefined where it is accepted. @default everything is accepted */
  readonly refuse?: (answer: DiscoveryResponse) => string | undefined;
}

/** A plain gRPC client that speaks xDS: one aggregated stream, state of the world. */
export class AdsClient {
  /** The last answer of each type. */
  readonly answers = new Map<string, DiscoveryResponse>();
  /** Why the stream ended, once it has. */
  ended: string | undefined;
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  readonly #names = new Map<string, readonly string[]>();
  #wake = Promise.withResolvers<void>();

  private constructor(address: string, options: AdsOptions) {
    this.#client = new Client(address, options.credentials ?? credentials.createInsecure(), {
      "grpc.ssl_target_name_override": "localhost",
      ...OWN_CONNECTIONS,
    });
    const asIs = (bytes: Buffer): Buffer => bytes;
    this.#call = this.#client.makeBidiStreamRequest(METHOD, asIs, asIs);
    this.#call.on("data", (bytes: Buffer) => this.#receive(bytes, options));
    this.#call.on("error", (error) => this.#end(error.message));
    this.#call.on("end", () => this.#end("the server ended it"));
  }

  /** Connects until the test ends. */
  static connect(t: TestContext, address: string, id: string, options: AdsOptions = {}): AdsClient {
    const client = new AdsClient(address, options);
    client.#send({ node: { id, cluster: options.cluster ?? "" }, typeUrl: CLUSTER });
    t.after(() => client.close());
    return client;
  }

  /** Asks for these resources of a type; the empty list means all clusters. */
  subscribe(typeUrl: string, names: readonly string[]): void {
    this.#names.set(typeUrl, names);
    this.#send({ typeUrl, resourceNames: [...names] });
  }

  /** Waits for something to be so. @throws Error when that hangs, or when the stream ends before */
  async until<T>(what: string, look: () => T | undefined): Promise<T> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#notify();
    }, PATIENCE_MS);
    try {
      for (;;) {
        const found = look();
        if (found !== undefined) return found;
        if (this.ended !== undefined) throw new Error(`${what}: the stream ended: ${this.ended}`);
        if (isLate) throw new Error(`${what}: not within ${PATIENCE_MS} ms`);
        await this.#wake.promise;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The addresses of a cluster's endpoints, as they were sent last; undefined before. */
  endpoints(cluster: string): readonly string[] | undefined {
    for (const { value } of this.answers.get(ENDPOINT)?.resources ?? []) {
      const { clusterName, endpoints } = fromBinary(ClusterLoadAssignmentSchema, value);
      if (clusterName !== cluster) continue;
      return endpoints.flatMap(({ lbEndpoints }) =>
        lbEndpoints.flatMap(({ hostIdentifier }) => {
          const address =
            hostIdentifier.case === "endpoint" ? hostIdentifier.value.address?.address : undefined;
          if (address?.case !== "socketAddress") return [];
          return [`${address.value.address}:${address.value.portSpecifier.value}`];
        }),
      );
    }
    return undefined;
  }

  /** What the health service says of the whole server: the message, in hexadecimal. */
  health(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const asIs = (bytes: Buffer): Buffer => bytes;
    const none = Buffer.alloc(0);
    this.#client.makeUnaryRequest(HEALTH, asIs, asIs, none, (error, answer) => {
      if (error === null) resolve(answer?.toString("hex") ?? "");
      else reject(error);
    });
    return promise;
  }

  close(): void {
    this.#call.cancel();
    this.#client.close();
  }

  #receive(bytes: Buffer, { refuse }: AdsOptions): void {
    const answer = fromBinary(DiscoveryResponseSchema, bytes);
    const { typeUrl, nonce, versionInfo } = answer;
    const message = refuse?.(answer);
    const accepted = this.answers.get(typeUrl)?.versionInfo ?? "";
    if (message === undefined) this.answers.set(typeUrl, answer);
    this.#send({
      typeUrl,
      responseNonce: nonce,
      resourceNames: [...(this.#names.get(typeUrl) ?? [])],
      versionInfo: message === undefined ? versionInfo : accepted,
      ...(message === undefined ? {} : { errorDetail: { code: 3, message } }),
    });
    this.#notify();
  }

  #send(init: MessageInitShape<typeof DiscoveryRequestSchema>): void {
    if (this.ended !== undefined) return;
    const request = create(DiscoveryRequestSchema, init);
    this.#call.write(Buffer.from(toBinary(DiscoveryRequestSchema, request)));
  }

  #end(reason: string): void {
    this.ended ??= reason;
    this.#notify();
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

export const CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
export const ENDPOINT = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
