import { connect } from "node:net";

/** Sends bytes over a socket of its own and answers all that comes back until the peer hangs up. */
export function exchangeBytes(
  port: number,
  ...chunks: readonly (string | Buffer)[]
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    received += text;
  });
  socket.on("connect", () => {
    for (const chunk of chunks) socket.write(chunk);
  });
  socket.on("close", () => resolve(received));
  // A peer that hangs up while we still write is no failure of the exchange.
  socket.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "ECONNRESET" && error.code !== "EPIPE") reject(error);
  });
  return promise;
}

/** The JSON body of a raw HTTP/1.1 answer. */
export function bodyOf(answer: string): Record<string, unknown> {
  return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as Record<string, unknown>;
}
