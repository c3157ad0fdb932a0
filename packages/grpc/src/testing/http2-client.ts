import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionOptions,
  connect,
  type OutgoingHttpHeaders,
  type SecureClientSessionOptions,
} from "node:http2";
import type { TestContext } from "node:test";
import { encodeFrame } from "../frame.ts";

/** What came back on one stream. */
export interface StreamAnswer {
  /** Flat: name, value, name, value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly trailers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly rstCode: number;
}

/** HTTP/2 without any manners of gRPC: for what real clients never send. */
export class Http2Client {
  readonly session: ClientHttp2Session;
  readonly goaways: { readonly code: number; readonly lastStreamId: number }[] = [];

  constructor(url: string, options: ClientSessionOptions | SecureClientSessionOptions) {
    this.session = connect(url, options);
    this.session.on("error", () => {});
    this.session.on("goaway", (code, lastStreamId) => this.goaways.push({ code, lastStreamId }));
  }

  get isClosed(): boolean {
    return this.session.destroyed;
  }

  /** Opens a stream as a call does; `headers` replace single fields, undefined takes one away. */
  open(path: string, headers: OutgoingHttpHeaders = {}): ClientHttp2Stream {
    const stream = this.session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    stream.on("error", () => {});
    return stream;
  }

  /** A call with these messages, to its end. */
  async call(
    path: string,
    messages: readonly string[] = [],
    headers: OutgoingHttpHeaders = {},
  ): Promise<StreamAnswer> {
    const stream = this.open(path, headers);
    const answer = readAnswer(stream);
    for (const message of messages) stream.write(encodeFrame(Buffer.from(message)).bytes);
    stream.end();
    return answer;
  }
}

/** Reads a stream to its end. */
export async function readAnswer(stream: ClientHttp2Stream): Promise<StreamAnswer> {
  let headers: Record<string, string> = {};
  let trailers: Record<string, string> = {};
  const chunks: Buffer[] = [];
  stream.on("response", (fields) => {
    headers = textsOf(fields);
  });
  stream.on("trailers", (fields) => {
    trailers = textsOf(fields);
  });
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => {
    if (stream.destroyed) resolve();
    else stream.once("close", resolve);
  });
  return { headers, trailers, body: Buffer.concat(chunks), rstCode: stream.rstCode ?? -1 };
}

function textsOf(fields: object): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

/** A client that is dropped when the test is over. */
export function useHttp2(
  t: TestContext,
  url: string,
  options: ClientSessionOptions | SecureClientSessionOptions = {},
): Http2Client {
  const client = new Http2Client(url, options);
  t.after(() => client.session.destroy());
  return client;
}
