import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { EVENT_TYPE_PREFIX } from "../../node-api/event-type.ts";
import { EventRing, type EventRingOptions } from "./event-ring.ts";

/** Where parts of the agent say what happens. */
export interface EventSink {
  /** @param actorId on whose behalf; default nobody's */
  publish<D extends DescMessage>(schema: D, event: MessageInitShape<D>, actorId?: string): void;
}

/** The machine's events, as they are told to clients. */
export class EventLog implements EventSink {
  readonly ring: EventRing;
  readonly #nextId: () => string;

  /** @param nextId makes identifiers that sort by time; see `createXidSource` */
  constructor(nextId: () => string, options: EventRingOptions = {}) {
    this.#nextId = nextId;
    this.ring = new EventRing(options);
  }

  /** An identifier behind those of all events so far. */
  nextId(): string {
    return this.#nextId();
  }

  publish<D extends DescMessage>(schema: D, event: MessageInitShape<D>, actorId = ""): void {
    const value = toBinary(schema, create(schema, event));
    const data = { typeUrl: EVENT_TYPE_PREFIX + schema.typeName, value };
    this.ring.append({ id: this.#nextId(), actorId, data });
  }
}
