import type { TestContext } from "node:test";
import {
  type CallOptions,
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata as JsMetadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { OWN_CONNECTIONS } from "@signalbox/testing";
import { MAX_MESSAGE_BYTES } from "./use-server.ts";

const asIs = (bytes: Buffer): Buffer => bytes;

/** Metadata of grpc-js with repeated fields. */
export function fields(...entries: readonly (readonly [string, string])[]): JsMetadata {
  const metadata = new JsMetadata();
  for (const [name, value] of entries) metadata.add(name, value);
  return metadata;
}

export const toMany = (...nodes: readonly string[]): JsMetadata =>
  fields(...nodes.map((name) => ["nodes", name] as const));

export interface UnaryAnswer {
  readonly error: ServiceError | null;
  readonly reply: Buffer | undefined;
  readonly headers: JsMetadata | undefined;
  readonly trailers: JsMetadata | undefined;
}

/** A foreign client, with bytes for messages. */
export class JsClient {
  readonly client: Client;

  constructor(t: TestContext, address: string) {
    this.client = new Client(address, credentials.createInsecure(), {
      "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
      "grpc.max_send_message_length": -1,
      ...OWN_CONNECTIONS,
    });
    t.after(() => this.client.close());
  }

  unary(
    metadata: JsMetadata,
    message = "",
    options: CallOptions = {},
    path = "/t.T/Do",
  ): Promise<UnaryAnswer> {
    return new Promise((resolve) => {
      let headers: JsMetadata | undefined;
      let trailers: JsMetadata | undefined;
      this.client
        .makeUnaryRequest(
          path,
          asIs,
          asIs,
          Buffer.from(message),
          metadata,
          options,
          (error, reply) => setImmediate(() => resolve({ error, reply, headers, trailers })),
        )
        .on("metadata", (sent: JsMetadata) => {
          headers = sent;
        })
        .on("status", (status) => {
          trailers = status.metadata;
        });
    });
  }

  bidi(metadata: JsMetadata, options: CallOptions = {}): ClientDuplexStream<Buffer, Buffer> {
    return this.client.makeBidiStreamRequest("/t.T/Stream", asIs, asIs, metadata, options);
  }
}
