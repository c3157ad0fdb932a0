import type { TestContext } from "node:test";
import {
  fromBinary,
  toBinary,
  create,
  type DescMethod,
  type MessageShape,
  type DescMessage,
} from "@bufbuild/protobuf";
import {
  type CallOptions,
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { OWN_CONNECTIONS } from "@signalbox/testing";
import type { TlsIdentity } from "../../credentials/tls-identity.ts";

export type Fields = readonly (readonly [name: string, value: string])[];

export interface JsAnswer<T> {
  readonly error: ServiceError | undefined;
  readonly reply: T | undefined;
  readonly trailers: Metadata | undefined;
}

const MAX_BYTES = 32 * 1024 * 1024;

/** grpc-js with the schemas of this API: the client of a person. */
export class JsNodeClient {
  readonly #client: Client;

  private constructor(address: string, { cert, key, ca }: Partial<TlsIdentity>) {
    const shown = credentials.createSsl(
      ca === undefined ? null : Buffer.from(ca),
      key === undefined ? null : Buffer.from(key),
      cert === undefined ? null : Buffer.from(cert),
    );
    this.#client = new Client(address, shown, {
      "grpc.max_receive_message_length": MAX_BYTES,
      ...OWN_CONNECTIONS,
    });
  }

  static use(t: TestContext, address: string, identity: Partial<TlsIdentity>): JsNodeClient {
    const client = new JsNodeClient(address, identity);
    t.after(() => client.close());
    return client;
  }

  close(): void {
    this.#client.close();
  }

  /** Calls an unary method, with an empty request unless one is given. */
  unary<O extends DescMessage>(
    method: DescMethod & { output: O },
    fields: Fields = [],
    request: Uint8Array = new Uint8Array(),
    options: CallOptions = {},
  ): Promise<JsAnswer<MessageShape<O>>> {
    const { promise, resolve } = Promise.withResolvers<JsAnswer<MessageShape<O>>>();
    let trailers: Metadata | undefined;
    this.#client
      .makeUnaryRequest(
        pathOf(method),
        (bytes: Uint8Array) => Buffer.from(bytes),
        (bytes) => fromBinary(method.output, bytes),
        request,
        metadataOf(fields),
        options,
        (error, reply) =>
          setImmediate(() => resolve({ error: error ?? undefined, reply, trailers })),
      )
      .on("status", (status) => {
        trailers = status.metadata;
      });
    return promise;
  }

  /** Calls an unary method with an empty request, and answers the reply's bytes. */
  bytes(path: string, fields: Fields): Promise<JsAnswer<Buffer>> {
    const { promise, resolve } = Promise.withResolvers<JsAnswer<Buffer>>();
    const asIs = (bytes: Buffer): Buffer => bytes;
    this.#client.makeUnaryRequest(
      path,
      asIs,
      asIs,
      Buffer.alloc(0),
      metadataOf(fields),
      (error, reply) => resolve({ error: error ?? undefined, reply, trailers: undefined }),
    );
    return promise;
  }

  /** Sends messages both ways at once, and answers all replies when the server has ended. */
  async bidi(path: string, requests: readonly Buffer[]): Promise<readonly Buffer[]> {
    const asIs = (bytes: Buffer): Buffer => bytes;
    const stream = this.#client.makeBidiStreamRequest(path, asIs, asIs, new Metadata());
    for (const request of requests) stream.write(request);
    stream.end();
    const replies: Buffer[] = [];
    for await (const reply of stream) replies.push(reply as Buffer);
    return replies;
  }

  /** Calls a method that answers with a stream. */
  stream<O extends DescMessage>(
    method: DescMethod & { output: O },
    fields: Fields,
    request: Uint8Array = new Uint8Array(),
  ): ClientReadableStream<MessageShape<O>> {
    return this.#client.makeServerStreamRequest(
      pathOf(method),
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes) => fromBinary(method.output, bytes),
      request,
      metadataOf(fields),
    );
  }
}

/** Encodes a request. */
export function encoded<I extends DescMessage>(
  schema: I,
  init: Parameters<typeof create<I>>[1],
): Uint8Array {
  return toBinary(schema, create(schema, init));
}

export const nodes = (...names: readonly string[]): Fields =>
  names.map((name) => ["nodes", name] as const);

export const node = (name: string): Fields => [["node", name]];

function pathOf({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}

function metadataOf(fields: Fields): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of fields) metadata.add(name, value);
  return metadata;
}
