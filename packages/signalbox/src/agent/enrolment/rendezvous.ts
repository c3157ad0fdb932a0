import type { HostPort } from "@signalbox/base";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** Connections of either side that wait for one of the other. */
const MAX_WAITING = 8;

/**
 * Where the daemon calls a machine that can call nobody itself. Each connection of the daemon is
 * joined to one that the agent makes to `address`, so enrolment works over it as over any other.
 * What comes that way is trusted no more than a network is: the listener behind it is known by the
 * pin of its authority.
 */
export class Rendezvous {
  readonly #inside: Server;
  readonly #outside: Server;
  readonly #callers: Socket[] = [];
  readonly #askers: Socket[] = [];
  readonly #open = new Set<Socket>();

  private constructor() {
    this.#outside = createServer((socket) => this.#wait(socket, this.#callers));
    this.#inside = createServer((socket) => this.#wait(socket, this.#askers));
  }

  /** @param place where the daemon calls. @throws Error with node's code when it cannot be had */
  static async open(place: HostPort): Promise<Rendezvous> {
    const rendezvous = new Rendezvous();
    try {
      await listen(rendezvous.#outside, place);
      await listen(rendezvous.#inside, { host: "127.0.0.1", port: 0 });
    } catch (error) {
      await rendezvous.close();
      throw error;
    }
    return rendezvous;
  }

  /** Where the agent finds the daemon's enrolment listener. */
  get address(): HostPort {
    return { host: "127.0.0.1", port: (this.#inside.address() as AddressInfo).port };
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    const listening = [this.#inside, this.#outside].filter((server) => server.listening);
    await Promise.all(
      listening.map((server) => {
        server.close();
        return once(server, "close");
      }),
    );
  }

  #wait(socket: Socket, queue: Socket[]): void {
    socket.setNoDelay(true);
    this.#open.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      this.#open.delete(socket);
      const place = queue.indexOf(socket);
      if (place >= 0) queue.splice(place, 1);
    });
    queue.push(socket);
    // The oldest was given up by whoever made it, and its end did not get here.
    if (queue.length > MAX_WAITING) queue.shift()?.destroy();
    this.#join();
  }

  #join(): void {
    const caller = this.#callers[0];
    const asker = this.#askers[0];
    if (caller === undefined || asker === undefined) return;
    this.#callers.shift();
    this.#askers.shift();
    caller.pipe(asker);
    asker.pipe(caller);
    caller.once("close", () => asker.destroy());
    asker.once("close", () => caller.destroy());
  }
}

async function listen(server: Server, place: HostPort): Promise<void> {
  server.listen({ ...place });
  await once(server, "listening");
}
