import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

/**
 * A port of this machine whose connections a test treats by hand; they go with the test.
 *
 * @returns its address, `127.0.0.1:PORT`
 */
export async function useSockets(
  t: TestContext,
  onSocket: (socket: Socket) => void,
): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.on("close", () => sockets.delete(socket));
    onSocket(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  return `127.0.0.1:${address.port}`;
}

/** A port that takes connections and never says a word. */
export function useBlackHole(t: TestContext): Promise<string> {
  return useSockets(t, () => {});
}
