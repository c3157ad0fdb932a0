import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { HostSide } from "./port-forward.ts";

/** Why a port cannot be listened on: QEMU itself does not say. */
export type PortObstacle = "taken" | "privileged" | "no_such_address" | "unknown";

/** Tries to listen on the port for a moment. */
export async function findPortObstacle(forward: HostSide): Promise<PortObstacle> {
  const code = await (forward.protocol === "tcp" ? tryTcp(forward) : tryUdp(forward));
  switch (code) {
    case "EADDRINUSE":
      return "taken";
    case "EACCES":
    case "EPERM":
      return "privileged";
    case "EADDRNOTAVAIL":
      return "no_such_address";
    default:
      return "unknown";
  }
}

function tryTcp({ address, port }: HostSide): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const server = createServer();
  server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  server.listen({ host: address, port, exclusive: true }, () =>
    server.close(() => resolve(undefined)),
  );
  return promise;
}

function tryUdp({ address, port }: HostSide): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = createSocket("udp4");
  socket.once("error", (error: NodeJS.ErrnoException) => {
    socket.close();
    resolve(error.code);
  });
  socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
  return promise;
}
