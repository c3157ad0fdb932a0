import { News } from "../news.ts";

/** Something that happened on the machine. */
export interface AgentEvent {
  /** 20 letters that sort by time; see `createXidSource`. */
  readonly id: string;
  /** On whose behalf it happened; empty when on nobody's. */
  readonly actorId: string;
  readonly data: { readonly typeUrl: string; readonly value: Uint8Array };
}

export interface EventRingOptions {
  /** How many events are kept; default 1000. */
  readonly capacity?: number;
  /** How many of the oldest no reader may begin with, as they are about to go; default 10. */
  readonly reserve?: number;
}

/**
 * The last events, each at a position that counts up from 0. Writers never wait; a reader that
 * falls behind by the whole ring finds its position gone (node-api §4.2, Events).
 */
export class EventRing {
  readonly #capacity: number;
  readonly #reserve: number;
  readonly #slots: AgentEvent[] = [];
  readonly #news = new News();
  #end = 0;

  constructor(options: EventRingOptions = {}) {
    this.#capacity = options.capacity ?? 1000;
    this.#reserve = options.reserve ?? 10;
  }

  /** The position of the next event. */
  get end(): number {
    return this.#end;
  }

  /** The oldest position that a reader may begin with. */
  get start(): number {
    return Math.max(0, this.#end - (this.#capacity - this.#reserve));
  }

  append(event: AgentEvent): void {
    this.#slots[this.#end % this.#capacity] = event;
    this.#end += 1;
    this.#news.tell();
  }

  /** Undefined when it is overwritten, or not there yet. */
  at(position: number): AgentEvent | undefined {
    const isKept = position < this.#end && position >= this.#end - this.#capacity;
    return isKept ? this.#slots[position % this.#capacity] : undefined;
  }

  /**
   * The first position, `start` or later, whose event fits; `end` when none does. All are looked at
   * in turn: when the machine's clock was set back, their identifiers are out of order.
   */
  firstPosition(fits: (event: AgentEvent) => boolean): number {
    for (let position = this.start; position < this.#end; position++) {
      const event = this.at(position);
      if (event !== undefined && fits(event)) return position;
    }
    return this.#end;
  }

  /** Resolves when there is an event at `position`, or the signal aborts. */
  async reached(position: number, signal: AbortSignal): Promise<void> {
    while (this.#end <= position && !signal.aborted) await this.#news.next(signal);
  }
}
