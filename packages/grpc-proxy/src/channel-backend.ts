import type { Channel, Metadata } from "@signalbox/grpc";
import type { Backend, OutgoingCall, OutgoingListener, OutgoingRequest } from "./backend.ts";
import { type Envelope, metadataEnvelope } from "./envelope/envelope.ts";

/** A machine behind a channel, and how it is spoken to. */
export interface ChannelBackendOptions {
  /** How callers know the machine. */
  readonly name: string;
  /** Stays its owner's: the backend never closes it. */
  readonly channel: Channel;
  /** @default `metadataEnvelope` */
  readonly envelope?: Envelope;
  /**
   * What of the caller's metadata goes on; asked for each call. Where a hundred backends of one
   * call would answer the same, let the director make it once. @default all of it
   */
  readonly metadata?: (request: OutgoingRequest) => Metadata;
}

/** A machine behind a channel. Calls share its connection and what it knows of the machine. */
export class ChannelBackend implements Backend {
  readonly name: string;
  readonly envelope: Envelope;
  readonly #channel: Channel;
  readonly #metadata: (request: OutgoingRequest) => Metadata;

  constructor(options: ChannelBackendOptions) {
    this.name = options.name;
    this.envelope = options.envelope ?? metadataEnvelope;
    this.#channel = options.channel;
    this.#metadata = options.metadata ?? ((request) => request.metadata);
  }

  /** Also while calls only end on connections that take no new ones, as after GOAWAY or `close`. */
  get isConnected(): boolean {
    return this.#channel.state === "READY" || this.#channel.streams > 0;
  }

  open(request: OutgoingRequest, listener: OutgoingListener): OutgoingCall {
    const { path, deadlineMs, messages, encoding } = request;
    const metadata = this.#metadata(request);
    return this.#channel.open(path, { metadata, deadlineMs, messages, encoding }, listener);
  }
}
