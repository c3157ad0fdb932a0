import { once } from "node:events";
import {
  constants,
  createServer,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { TestContext } from "node:test";

export const HEADERS: OutgoingHttpHeaders = Object.freeze({
  ":status": 200,
  "content-type": "application/grpc",
});

/** What a faulty node does with a call. */
export type Fault = (stream: ServerHttp2Stream, session: ServerHttp2Session) => void;

/** A bare HTTP/2 server that treats every call as `fault` says. */
export async function useFaultyNode(t: TestContext, fault: Fault): Promise<string> {
  // Else Node refuses to send what a test wants sent, and closes the connection over it.
  const server = createServer({ maxSendHeaderBlockLength: 2 ** 20 });
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {});
    session.once("close", () => sessions.delete(session));
  });
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    stream.resume();
    if (stream.session !== undefined) fault(stream, stream.session as ServerHttp2Session);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  return `127.0.0.1:${address.port}`;
}

/** Resets the stream with a code of HTTP/2. */
export function reset(code: keyof typeof constants): Fault {
  return (stream) => stream.close(Number(constants[code]));
}
