import { on } from "node:events";
import type { TestContext } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Client, type ClientDuplexStream, credentials } from "@grpc/grpc-js";
import {
  type DiscoveryResponse,
  DiscoveryRequestSchema,
  DiscoveryResponseSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { OWN_CONNECTIONS } from "@signalbox/testing";

const METHOD = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";

/** A foreign client of one type, state of the world, that accepts all it gets. */
export class XdsClient {
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  readonly #answers: AsyncIterator<unknown>;
  readonly #typeUrl: string;
  readonly #resourceNames: string[];

  private constructor(
    call: ClientDuplexStream<Buffer, Buffer>,
    typeUrl: string,
    resourceNames: readonly string[],
  ) {
    this.#call = call;
    this.#answers = on(call, "data");
    this.#typeUrl = typeUrl;
    this.#resourceNames = [...resourceNames];
    this.#send("", "");
  }

  static open(
    t: TestContext,
    address: string,
    typeUrl: string,
    resourceNames: readonly string[] = [],
  ): XdsClient {
    const client = new Client(address, credentials.createInsecure(), OWN_CONNECTIONS);
    t.after(() => client.close());
    const asIs = (bytes: Buffer): Buffer => bytes;
    const call = client.makeBidiStreamRequest<Buffer, Buffer>(METHOD, asIs, asIs);
    return new XdsClient(call, typeUrl, resourceNames);
  }

  /** The next answer, which it accepts. */
  async next(): Promise<DiscoveryResponse> {
    const { value } = await this.#answers.next();
    const [bytes] = value as [Buffer];
    const answer = fromBinary(DiscoveryResponseSchema, bytes);
    this.#send(answer.versionInfo, answer.nonce);
    return answer;
  }

  #send(versionInfo: string, responseNonce: string): void {
    const request = create(DiscoveryRequestSchema, {
      node: { id: "test" },
      typeUrl: this.#typeUrl,
      resourceNames: this.#resourceNames,
      versionInfo,
      responseNonce,
    });
    this.#call.write(Buffer.from(toBinary(DiscoveryRequestSchema, request)));
  }
}
