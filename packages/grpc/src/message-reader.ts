import type { Readable } from "node:stream";
import { encodeFrame, type MessageFrame } from "./frame.ts";
import { type FrameFault, FrameReader } from "./frame-reader.ts";
import { type GrpcStatus, status } from "./grpc-status.ts";
import { type UnpackFault, unpack } from "./gzip.ts";
import type { MessageForm } from "./message-form.ts";
import { STATUS } from "./status.ts";

/** Who is told of what a stream brings. */
export interface MessageSink {
  onMessage(message: Buffer): void;
  /** The peer sends nothing more; once, behind the last message. */
  onEnd(): void;
  /** The peer's bytes are at fault, and nothing more is read; `fault` is what to tell it. */
  onFault(fault: GrpcStatus): void;
}

export interface MessageReaderOptions {
  /** Longest message, packed and unpacked. */
  readonly maxBytes: number;
  /** True when `grpc-encoding` said so. */
  readonly isGzip: boolean;
  readonly messages: MessageForm;
}

/**
 * Turns the bytes of one direction of a stream into messages. Reading stops at once when paused,
 * between two messages of one chunk too, and the stream is paused with it: what is not read stays
 * with the sender.
 */
export class MessageReader {
  readonly #source: Readable;
  readonly #options: MessageReaderOptions;
  readonly #sink: MessageSink;
  readonly #frames: FrameReader;
  #isPaused = false;
  #isUnpacking = false;
  #isPumping = false;
  #hasEnded = false;
  #isDone = false;

  constructor(source: Readable, options: MessageReaderOptions, sink: MessageSink) {
    this.#source = source;
    this.#options = options;
    this.#sink = sink;
    this.#frames = new FrameReader(options.maxBytes);
  }

  /** Takes a chunk of the stream. */
  push(chunk: Buffer): void {
    this.#frames.push(chunk);
    this.#pump();
  }

  /** The stream has ended. */
  end(): void {
    this.#hasEnded = true;
    this.#pump();
  }

  pause(): void {
    this.#isPaused = true;
    this.#source.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#pump();
    this.#flow();
  }

  /** Delivers nothing more and drops what comes. */
  stop(): void {
    this.#isDone = true;
    this.#frames.stop();
    this.#source.resume();
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (!this.#isPaused && !this.#isUnpacking && !this.#isDone && this.#step());
    } finally {
      this.#isPumping = false;
    }
  }

  /** Answers false when there is nothing more to do. */
  #step(): boolean {
    const next = this.#frames.next();
    if (!next.ok) this.#fail(this.#explain(next.error));
    else if (next.value !== undefined) this.#deliver(next.value);
    else if (this.#hasEnded) this.#finish();
    else return false;
    return true;
  }

  #deliver(frame: MessageFrame): void {
    const { messages, isGzip } = this.#options;
    if (messages === "frames") this.#sink.onMessage(frame.bytes);
    else if (!frame.isCompressed)
      this.#sink.onMessage(messages === "payloads" ? frame.payload : frame.bytes);
    else if (isGzip) this.#unpack(frame.payload);
    else
      this.#fail(status(STATUS.INTERNAL, "a message is compressed, but grpc-encoding is not set"));
  }

  #unpack(packed: Buffer): void {
    this.#isUnpacking = true;
    this.#source.pause();
    unpack(packed, this.#options.maxBytes, (result) => {
      this.#isUnpacking = false;
      if (this.#isDone) return;
      if (result.ok) this.#onUnpacked(result.value);
      else this.#fail(this.#explain(result.error));
      this.#pump();
      this.#flow();
    });
  }

  #onUnpacked(message: Buffer): void {
    const isPayload = this.#options.messages === "payloads";
    this.#sink.onMessage(isPayload ? message : encodeFrame(message).bytes);
  }

  #flow(): void {
    if (!this.#isPaused && !this.#isUnpacking) this.#source.resume();
  }

  #finish(): void {
    const end = this.#frames.end();
    if (!end.ok) {
      this.#fail(this.#explain(end.error));
      return;
    }
    this.#isDone = true;
    this.#sink.onEnd();
  }

  #fail(fault: GrpcStatus): void {
    this.stop();
    this.#sink.onFault(fault);
  }

  #explain(fault: FrameFault | UnpackFault): GrpcStatus {
    const max = this.#options.maxBytes;
    switch (fault.type) {
      case "too_large":
        return tooLarge(`grpc: received message larger than max (${fault.bytes} vs. ${max})`);
      case "too_large_unpacked":
        return tooLarge(`grpc: received message after decompression larger than max ${max}`);
      case "bad_flag":
        return status(STATUS.INTERNAL, `a message starts with the unknown flag ${fault.flag}`);
      case "truncated":
        return status(STATUS.INTERNAL, "the stream ended inside a message");
      case "corrupt":
        return status(STATUS.INTERNAL, "a compressed message cannot be unpacked");
    }
  }
}

function tooLarge(text: string): GrpcStatus {
  return status(STATUS.RESOURCE_EXHAUSTED, text);
}
