import {
  type ClientHttp2Session,
  connect,
  createServer,
  type Http2Stream,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import type { RelayServer } from "./relay-server.ts";

const STREAM_WINDOW_BYTES = 256 << 10;
const CONNECTION_WINDOW_BYTES = 65_535 * 16;

/**
 * The limit: bytes from one stream to another, with the windows that ours has and with
 * back-pressure, and nothing else. It looks at no status, deadline, limit or failure.
 */
export function createBareRelay(): RelayServer {
  const sessions = new Map<string, ClientHttp2Session>();
  const sessionTo = (node: string): ClientHttp2Session => {
    const session = sessions.get(node) ?? dial(node);
    sessions.set(node, session);
    return session;
  };
  const settings = { initialWindowSize: STREAM_WINDOW_BYTES, maxConcurrentStreams: 10_000 };
  const server = createServer({ maxSessionMemory: 256, settings });
  server.on("session", (session) => {
    session.on("error", ignore);
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
  });
  server.on("stream", (stream, headers) => {
    const nodes = headers["nodes"];
    if (nodes !== undefined) {
      fanOut(stream, headers, String(nodes).split(", ").map(sessionTo));
      return;
    }
    const out = sessionTo(String(headers["node"])).request(headers);
    let trailers: IncomingHttpHeaders = {};
    out.on("response", (answer) => stream.respond(answer, { waitForTrailers: true }));
    out.on("trailers", (sent) => {
      trailers = sent;
    });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    pump(stream, out);
    pump(out, stream);
  });
  return {
    listen: (host, port) =>
      new Promise((resolve) => {
        server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
      }),
    close: async () => {
      for (const session of sessions.values()) session.destroy();
      server.close();
    },
  };
}

/** One behind the other, as they come: what all sent, and the trailers of the last. */
function fanOut(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  sessions: readonly ClientHttp2Session[],
): void {
  const { nodes: _, ...rest } = headers;
  const chunks: Buffer[] = [];
  let running = sessions.length;
  let trailers: IncomingHttpHeaders = {};
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  const outs = sessions.map((session) => {
    const out = session.request(rest);
    out.on("data", (chunk: Buffer) => chunks.push(chunk));
    out.on("trailers", (sent) => {
      trailers = sent;
    });
    out.on("end", () => {
      if (--running > 0) return;
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.end(Buffer.concat(chunks));
    });
    return out.on("error", ignore);
  });
  stream.on("data", (chunk: Buffer) => {
    for (const out of outs) out.write(chunk);
  });
  stream.on("end", () => {
    for (const out of outs) out.end();
  });
}

function dial(node: string): ClientHttp2Session {
  const settings = { initialWindowSize: STREAM_WINDOW_BYTES };
  const session = connect(`http://${node}`, { maxSessionMemory: 256, settings });
  session.once("connect", () => session.setLocalWindowSize(CONNECTION_WINDOW_BYTES));
  return session.on("error", ignore);
}

function pump(from: Http2Stream, to: Http2Stream): void {
  from.on("data", (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause();
  });
  from.on("end", () => to.end());
  from.on("error", ignore);
  to.on("drain", () => from.resume());
}

function ignore(): void {}
