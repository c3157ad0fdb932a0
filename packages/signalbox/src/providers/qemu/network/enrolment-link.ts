import { connect, type Socket } from "node:net";
import type { CancelTimer, Clock } from "@signalbox/base";
import type { AgentAccess } from "../../agent-access.ts";

export interface EnrolmentLinkParts {
  readonly clock: Clock;
  readonly listener: AgentAccess["enrolment"];
}

const HOST = "127.0.0.1";
/** Often while a machine boots; then seldom, since a guest without an agent refuses every time. */
const RETRY = Object.freeze({ bootingMs: 180_000, oftenMs: 2_000, seldomMs: 30_000 });
/** Connections of one machine to the listener; what is over it waits in the guest. */
const MAX_CONNECTIONS = 4;

/**
 * The way of one machine's agent to the enrolment listener.
 *
 * A guest can call nobody outside (`restrict=on`). So the daemon calls the guest and waits; as soon as
 * the agent sends something over such a connection, it is joined to one to the listener, and the
 * next one is offered. The agent reaches that listener and nothing else.
 */
export class EnrolmentLink {
  readonly #parts: EnrolmentLinkParts;
  readonly #joined = new Set<Socket>();
  #port: number | undefined;
  #offer: Socket | undefined;
  #cancelRetry: CancelTimer = () => {};
  #followedSince = 0;

  constructor(parts: EnrolmentLinkParts) {
    this.#parts = parts;
  }

  /** From now on offers connections on this port of the host; undefined ends all of them. */
  follow(port: number | undefined): void {
    if (port === this.#port) return;
    this.#port = port;
    this.#cancelRetry();
    this.#followedSince = this.#parts.clock.monotonic();
    this.#offer?.destroy();
    this.#offer = undefined;
    for (const socket of this.#joined) socket.destroy();
    this.#makeOffer();
  }

  #makeOffer(): void {
    const port = this.#port;
    const isNeeded = this.#offer === undefined && this.#joined.size < MAX_CONNECTIONS;
    if (port === undefined || !isNeeded) return;
    const offer = connect({ host: HOST, port, noDelay: true });
    this.#offer = offer;
    offer.on("error", () => offer.destroy());
    offer.once("readable", () => this.#taken(offer));
    offer.once("close", () => {
      this.#joined.delete(offer);
      if (this.#offer !== offer) return this.#makeOffer();
      this.#offer = undefined;
      this.#retry();
    });
  }

  /** The agent has sent its first bytes, or closed. */
  #taken(offer: Socket): void {
    const listener = this.#parts.listener();
    if (offer !== this.#offer || offer.readableLength === 0 || listener === undefined) {
      return void offer.destroy();
    }
    this.#offer = undefined;
    this.#joined.add(offer);
    join(offer, connect({ ...listener, noDelay: true }));
    this.#makeOffer();
  }

  #retry(): void {
    if (this.#port === undefined) return;
    const { clock } = this.#parts;
    const isBooting = clock.monotonic() - this.#followedSince < RETRY.bootingMs;
    const delayMs = isBooting ? RETRY.oftenMs : RETRY.seldomMs;
    this.#cancelRetry = clock.after(delayMs, () => this.#makeOffer());
  }
}

/** Bytes go both ways, no faster than they are read; the end of one is the end of the other. */
function join(one: Socket, other: Socket): void {
  one.pipe(other);
  other.pipe(one);
  other.on("error", () => other.destroy());
  one.once("close", () => other.destroy());
  other.once("close", () => one.destroy());
}
