import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** Stands before a server and hands bytes on, until it goes silent with its connections open. */
export class TcpRelay {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  #isSilent = false;

  /** @param target `HOST:PORT` of the server */
  private constructor(target: string) {
    const [host, port] = target.split(":");
    this.#server = createServer((near) => {
      const far = connect({ host, port: Number(port) });
      this.#passOn(near, far);
      this.#passOn(far, near);
    });
  }

  static async use(t: TestContext, target: string): Promise<TcpRelay> {
    const relay = new TcpRelay(target);
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    t.after(() => relay.#close());
    return relay;
  }

  /** `HOST:PORT`, to be called instead of the server. */
  get address(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `${address}:${port}`;
  }

  /** From now on nothing comes through either way. */
  silence(): void {
    this.#isSilent = true;
  }

  #passOn(from: Socket, to: Socket): void {
    this.#sockets.push(from);
    from.on("error", () => {}).on("close", () => to.destroy());
    from.on("data", (bytes) => {
      if (!this.#isSilent) to.write(bytes);
    });
  }

  #close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
