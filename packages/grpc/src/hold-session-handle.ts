import type { Http2Session } from "node:http2";
import type { Socket } from "node:net";

/**
 * Keeps what Node itself has of a session in memory until its socket is closed and one more turn of
 * the loop is over. Streams with headers that were never told of (too many fields, a block without
 * its end) are given back in the turn behind their end. When the session is collected before them,
 * Node 24 ends the process: "Assertion failed: (current_nghttp2_memory_) == (0)"
 * (nodejs/node#39951). A peer can bring that about.
 *
 * @param session its socket is connected, so that it has a handle
 */
export function holdSessionHandle(session: Http2Session, socket: Socket): void {
  const handle = sessionHandle(session);
  socket.once("close", () => setImmediate(outlive, handle));
}

/** Node has no public name for it; its class is called like this in Node 24. */
function sessionHandle(session: Http2Session): object | undefined {
  for (const symbol of Object.getOwnPropertySymbols(session)) {
    const value: unknown = Reflect.get(session, symbol);
    if (value instanceof Object && value.constructor.name === "Http2Session") return value;
  }
  return undefined;
}

/** That it is called with the handle is what keeps it until then. */
function outlive(_handle: object | undefined): void {}
