import { createHash } from "node:crypto";
import type { Clock, Random } from "@signalbox/base";
import type { ServerRef } from "../providers/provider.ts";

/** The machine whose console a ticket opens. */
export interface ConsoleTarget {
  readonly regionId: string;
  readonly server: ServerRef;
  /** Who asked for the session; for the log. */
  readonly actor: string;
}

export interface ConsoleTicket {
  /** Opens one session, once. */
  readonly text: string;
  readonly expiresAtMs: number;
}

const LIFETIME_MS = 60_000;
const MAX_TICKETS = 4096;
const TICKET_BYTES = 32;

/**
 * One-time tickets for console sessions: random, kept as hashes, good for 60 s and one use.
 * At most 4096 are open; the oldest makes room.
 */
export class ConsoleTickets {
  readonly #clock: Clock;
  readonly #random: Random;
  /** By hash, in the order of issue, which is the order of expiry. */
  readonly #open = new Map<
    string,
    { readonly target: ConsoleTarget; readonly expiresAtMs: number }
  >();

  constructor(deps: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = deps.clock;
    this.#random = deps.random;
  }

  get size(): number {
    return this.#open.size;
  }

  issue(target: ConsoleTarget): ConsoleTicket {
    this.#makeRoom();
    const text = this.#random.bytes(TICKET_BYTES).toString("base64url");
    const expiresAtMs = this.#clock.now() + LIFETIME_MS;
    this.#open.set(hashOf(text), { target, expiresAtMs });
    return { text, expiresAtMs };
  }

  /** The ticket's target, once; undefined for a ticket that is unknown, used or too old. */
  redeem(text: string): ConsoleTarget | undefined {
    const hash = hashOf(text);
    const ticket = this.#open.get(hash);
    this.#open.delete(hash);
    return ticket !== undefined && ticket.expiresAtMs > this.#clock.now()
      ? ticket.target
      : undefined;
  }

  #makeRoom(): void {
    const now = this.#clock.now();
    for (const [hash, ticket] of this.#open) {
      if (ticket.expiresAtMs > now && this.#open.size < MAX_TICKETS) return;
      this.#open.delete(hash);
    }
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
