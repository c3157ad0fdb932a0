import { createHash } from "node:crypto";
import type { Clock, Random } from "@signalbox/base";
import type { Recheck } from "@signalbox/http";
import type { ServerRef } from "../providers/provider.ts";

/** The machine whose console a ticket opens. */
export interface ConsoleTarget {
  readonly regionId: string;
  readonly server: ServerRef;
  /** Who asked for the session; for the log. */
  readonly actor: string;
  /** Rejects once the token that the ticket was got with no longer holds. */
  readonly recheck: Recheck;
}

export interface ConsoleTicket {
  /** Opens one session, once. */
  readonly text: string;
  readonly expiresAtMs: number;
}

const LIFETIME_MS = 60_000;
const MAX_TICKETS = 4096;
/** So that one caller cannot push the tickets of all others out. */
const MAX_TICKETS_OF_ACTOR = 64;
const TICKET_BYTES = 32;

/**
 * One-time tickets for console sessions: random, kept as hashes, good for 60 s and one use.
 * At most 4096 are open, 64 of one caller; the oldest makes room.
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
    this.#makeRoomOf(target.actor);
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

  #makeRoomOf(actor: string): void {
    const own = [...this.#open].filter(([, { target }]) => target.actor === actor);
    const surplus = Math.max(0, own.length + 1 - MAX_TICKETS_OF_ACTOR);
    for (const [hash] of own.slice(0, surplus)) this.#open.delete(hash);
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
