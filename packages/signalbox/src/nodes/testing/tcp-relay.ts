import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** Stands before a server and hands bytes on, until it goes silent with its connections open. */
export class TcpRelay {
  readonly address: string;
  readonly #sockets: Socket[];
  #isSilent = false;

  private constructor(address: string, sockets: Socket[]) {
    this.address = address;
    this.#sockets = sockets;
  }

  static async use(t: TestContext, target: string): Promise<TcpRelay> {
    const [host, port] = target.split(":");
    const sockets: Socket[] = [];
    const server = createServer((near) => {
      const far = connect({ host, port: Number(port) });
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.push(from);
        from.on("error", () => {}).on("close", () => to.destroy());
        from.on("data", (bytes) => {
          if (!relay.#isSilent) to.write(bytes);
        });
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("it has no port");
    const relay = new TcpRelay(`127.0.0.1:${address.port}`, sockets);
    t.after(() => {
      relay.close();
      server.close();
    });
    return relay;
  }

  /** From now on nothing comes through either way. */
  silence(): void {
    this.#isSilent = true;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
