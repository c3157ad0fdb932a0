import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { FOLLOW_PATH } from "./sample.ts";

/** Header fields of a call; a list is one field for each. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

export interface Answer {
  /** Of messages, their headers included. */
  readonly bytes: number;
  /** When the first bytes came, on `performance.now()`. */
  readonly firstMs: number;
}

/** One connection of a client that is as light as one can be, so that others are measured. */
export class Caller implements Disposable {
  readonly #session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  /** @param windowBytes what it takes of one stream before it reads */
  static async connect(address: string, windowBytes = 1 << 20): Promise<Caller> {
    const settings = { initialWindowSize: windowBytes };
    const session = connect(`http://${address}`, { maxSessionMemory: 1_000, settings });
    await new Promise((resolve, reject) => {
      session.once("remoteSettings", resolve).once("error", reject);
    });
    session.setLocalWindowSize(Math.max(windowBytes, 1 << 20));
    return new Caller(session);
  }

  /** A call to its end. @throws when it does not end well */
  call(path: string, fields: Fields, request: Buffer): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const stream = this.#open(path, fields);
    let bytes = 0;
    let firstMs = 0;
    let status: unknown;
    stream.on("data", (chunk: Buffer) => {
      if (bytes === 0) firstMs = performance.now();
      bytes += chunk.length;
    });
    stream.on("trailers", (trailers) => {
      status = trailers["grpc-status"];
    });
    stream.on("error", reject);
    stream.on("close", () => {
      if (status === "0") resolve({ bytes, firstMs });
      else reject(new Error(`${path} ended with status ${String(status)}`));
    });
    stream.end(request);
    return promise;
  }

  /** Opens a stream of which nothing is read behind its headers. */
  follow(fields: Fields, request: Buffer): Promise<void> {
    const stream = this.#open(FOLLOW_PATH, fields);
    stream.on("error", () => {});
    stream.end(request);
    return new Promise((resolve) => void stream.once("response", () => resolve()));
  }

  [Symbol.dispose](): void {
    this.#session.destroy();
  }

  #open(path: string, fields: Fields): ClientHttp2Stream {
    return this.#session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...fields,
    });
  }
}
