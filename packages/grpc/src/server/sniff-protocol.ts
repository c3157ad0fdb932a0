import type { Socket } from "node:net";

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/**
 * What the first bytes of a connection speak: `"h2"` when they are the whole client preface of
 * HTTP/2, `"http1"` as soon as they differ from it, undefined as long as they could be either.
 */
export function protocolOf(first: Buffer): "h2" | "http1" | undefined {
  const length = Math.min(first.length, PREFACE.length);
  if (first.compare(PREFACE, 0, length, 0, length) !== 0) return "http1";
  return length === PREFACE.length ? "h2" : undefined;
}

/** Reads just enough of a connection to know what it speaks, and puts the bytes back. */
export function sniffProtocol(socket: Socket, done: (protocol: "h2" | "http1") => void): void {
  let seen = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk]);
    const protocol = protocolOf(seen);
    if (protocol === undefined) return;
    socket.off("data", onData);
    socket.pause();
    socket.unshift(seen);
    done(protocol);
  };
  socket.on("data", onData);
}
