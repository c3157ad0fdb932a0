import type { Socket } from "node:net";

/** A connection, whichever of its sockets is at hand: TLS puts one on top of another. */
type Peer = Pick<Socket, "remoteAddress" | "remotePort">;

/**
 * The connections of a listener. When there are too many, the one that has been without a request
 * for longest makes room: whoever takes them all and says nothing keeps nobody out.
 */
export class OpenConnections {
  readonly #max: number;
  readonly #open = new Map<string, Socket>();
  /** Those without a request, in the handshake too; the oldest first. */
  readonly #silent = new Map<string, Socket>();

  constructor(max: number) {
    this.#max = max;
  }

  /** @param socket as it was accepted, before any handshake */
  add(socket: Socket): void {
    const key = keyOf(socket);
    if (this.#open.size >= this.#max && !this.#makeRoom()) {
      socket.destroy();
      return;
    }
    this.#open.set(key, socket);
    this.#silent.set(key, socket);
    socket.once("close", () => {
      if (this.#open.get(key) !== socket) return;
      this.#open.delete(key);
      this.#silent.delete(key);
    });
  }

  /** Ends all of them, in the handshake too. */
  destroy(): void {
    for (const socket of this.#open.values()) socket.destroy();
  }

  /** A request has come. */
  begin(peer: Peer): void {
    this.#silent.delete(keyOf(peer));
  }

  /** It is answered; another may follow. */
  end(peer: Peer): void {
    const key = keyOf(peer);
    const socket = this.#open.get(key);
    if (socket !== undefined) this.#silent.set(key, socket);
  }

  #makeRoom(): boolean {
    for (const [key, socket] of this.#silent) {
      this.#silent.delete(key);
      this.#open.delete(key);
      socket.destroy();
      return true;
    }
    return false;
  }
}

function keyOf({ remoteAddress, remotePort }: Peer): string {
  return `${remoteAddress} ${remotePort}`;
}
