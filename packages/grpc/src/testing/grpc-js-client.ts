import type { TestContext } from "node:test";
import {
  type CallOptions,
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  type ClientOptions,
  credentials,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { OWN_CONNECTIONS } from "@signalbox/testing";

const asIs = (bytes: Buffer): Buffer => bytes;

export type ByteStream = ClientDuplexStream<Buffer, Buffer>;

/** A call of grpc-js with bytes for messages. */
export interface UnaryAnswer {
  readonly error: ServiceError | null;
  readonly reply: string | undefined;
  readonly headers: Metadata | undefined;
  readonly trailers: Metadata | undefined;
}

/** grpc-js's client without any schema: messages are texts. */
export class GrpcJsClient {
  readonly client: Client;

  constructor(address: string, creds: ChannelCredentials, options: ClientOptions) {
    this.client = new Client(address, creds, {
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
      ...OWN_CONNECTIONS,
      ...options,
    });
  }

  unary(
    path: string,
    message: string | Buffer,
    metadata: Metadata = new Metadata(),
    options: CallOptions = {},
  ): Promise<UnaryAnswer> {
    return new Promise((resolve) => {
      let headers: Metadata | undefined;
      let trailers: Metadata | undefined;
      const call = this.client.makeUnaryRequest(
        path,
        asIs,
        asIs,
        Buffer.from(message),
        metadata,
        options,
        (error, reply) =>
          setImmediate(() => resolve({ error, reply: reply?.toString(), headers, trailers })),
      );
      call.on("metadata", (sent: Metadata) => {
        headers = sent;
      });
      call.on("status", (status) => {
        trailers = status.metadata;
      });
    });
  }

  bidi(path: string, metadata: Metadata = new Metadata(), options: CallOptions = {}): ByteStream {
    return this.client.makeBidiStreamRequest<Buffer, Buffer>(path, asIs, asIs, metadata, options);
  }
}

/** A client that is closed when the test is over. */
export function useGrpcJs(
  t: TestContext,
  address: string,
  creds: ChannelCredentials = credentials.createInsecure(),
  options: ClientOptions = {},
): GrpcJsClient {
  const made = new GrpcJsClient(address, creds, options);
  t.after(() => made.client.close());
  return made;
}
