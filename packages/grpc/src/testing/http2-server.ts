import {
  createSecureServer,
  createServer,
  type Http2Server,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from "node:http2";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";
import type { TestContext } from "node:test";

/** A server of HTTP/2 without any manners of gRPC: for what real servers never send. */
export interface TestHttp2Server {
  readonly address: string;
  /** Sessions that ever came, in order. */
  readonly sessions: ServerHttp2Session[];
  /** Streams that ever came, in order. */
  readonly streams: ServerHttp2Stream[];
}

export async function useHttp2Server(
  t: TestContext,
  onStream: (stream: ServerHttp2Stream, count: number) => void,
  options: ServerOptions | SecureServerOptions = {},
): Promise<TestHttp2Server> {
  const server: Http2Server =
    "cert" in options ? createSecureServer(options) : createServer(options);
  const sessions: ServerHttp2Session[] = [];
  const streams: ServerHttp2Stream[] = [];
  server.on("sessionError", () => {});
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    streams.push(stream);
    onStream(stream, streams.length);
  });
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { address: await listen(server), sessions, streams };
}

/** A server that does with its connections what `onSocket` says. */
export async function useTcpServer(
  t: TestContext,
  onSocket: (socket: Socket, count: number) => void,
): Promise<string> {
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    sockets.push(socket);
    onSocket(socket, sockets.length);
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listen(server);
}

/** Answers a call with OK and no message. */
export function answerOk(stream: ServerHttp2Stream): void {
  stream.respond(
    { ":status": 200, "content-type": "application/grpc", "grpc-status": "0" },
    { endStream: true },
  );
}

async function listen(server: Server | Http2Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
