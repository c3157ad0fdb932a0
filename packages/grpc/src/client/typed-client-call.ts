import { create, type DescMethod, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { Clock } from "@signalbox/base";
import { encodeFrame } from "../frame.ts";
import { GrpcError } from "../grpc-error.ts";
import { pack } from "../gzip.ts";
import { MessageStream } from "../message-stream.ts";
import type { Metadata } from "../metadata.ts";
import { STATUS } from "../status.ts";
import type {
  ClientOutcome,
  OpenOptions,
  RawClientCall,
  RawClientListener,
} from "./raw-client-call.ts";
import type { CallOptions } from "./typed-client.ts";

/** Opens raw calls; a `Channel` does. */
export interface CallOpener {
  readonly clock: Clock;
  open(path: string, options: OpenOptions, listener: RawClientListener): RawClientCall;
}

/** Shorter messages are not worth packing. */
const PACK_BYTES = 1024;

/** One call of a method that has a schema. */
export class TypedClientCall implements RawClientListener {
  readonly #method: DescMethod;
  readonly #options: CallOptions;
  readonly #call: RawClientCall;
  readonly responses: MessageStream<Message>;
  #requests: AsyncIterator<Message> | undefined;
  #requestError: GrpcError | undefined;
  #wake: (() => void) | undefined;

  constructor(opener: CallOpener, method: DescMethod, options: CallOptions) {
    this.#method = method;
    this.#options = options;
    this.responses = new MessageStream((message) => this.#decode(message), {
      pause: () => this.#call.pause(),
      resume: () => this.#call.resume(),
      leave: () => this.#call.cancel(),
    });
    const path = `/${method.parent.typeName}/${method.name}`;
    this.#call = opener.open(path, openOptions(options, opener.clock), this);
  }

  /** Sends the only request. */
  async sendOne(request: Message): Promise<void> {
    await this.#pump(() => this.#send(request));
  }

  /** Sends requests as there is room for them, and asks for no more once the call is over. */
  async sendAll(requests: AsyncIterable<Message>): Promise<void> {
    await this.#pump(async () => {
      const iterator = requests[Symbol.asyncIterator]();
      this.#requests = iterator;
      for (;;) {
        const { done, value } = await iterator.next();
        if (done === true) break;
        if (this.#call.isEnded) {
          await iterator.return?.();
          break;
        }
        await this.#send(value);
      }
      this.#requests = undefined;
    });
  }

  /** The only response. @throws GrpcError */
  async takeOne(): Promise<Message> {
    const first = await this.responses.next();
    if (first.done === true) throw miscounted("and got none");
    const second = await this.responses.next();
    if (second.done === true) return first.value;
    await this.responses.return();
    throw miscounted("and got a second");
  }

  onHeaders(headers: Metadata): void {
    this.#options.onHeaders?.(headers);
  }

  onMessage(message: Buffer): void {
    this.responses.push(message);
  }

  onDrain(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  onClose({ status, trailers }: ClientOutcome): void {
    this.onDrain();
    // A generator that waits elsewhere ends when it comes back.
    this.#requests?.return?.().catch(ignore);
    const { code, message, details } = status;
    const error =
      this.#requestError ??
      new GrpcError(code, message, details === undefined ? { trailers } : { trailers, details });
    this.responses.end(code === STATUS.OK ? undefined : error);
    this.#options.onTrailers?.(trailers);
  }

  async #pump(send: () => Promise<void>): Promise<void> {
    try {
      await send();
      this.#call.halfClose();
    } catch (error) {
      // Behind the end of the call, requests that stop with an error only do what they are told.
      if (this.#call.isEnded) return;
      this.#requestError =
        error instanceof GrpcError
          ? error
          : new GrpcError(STATUS.CANCELLED, "the requests ended with an error", { cause: error });
      this.#call.cancel();
    }
  }

  /** Resolves when there is room for the next one, or the call is over. */
  async #send(request: Message): Promise<void> {
    const { input } = this.#method;
    const message = toBinary(input, create(input, request));
    const isPacked = this.#options.packs === true && message.length >= PACK_BYTES;
    const frame = encodeFrame(isPacked ? await pack(message) : message, isPacked);
    if (this.#call.write(frame.bytes) || this.#call.isEnded) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }

  #decode(message: Buffer): Message {
    try {
      return fromBinary(this.#method.output, message);
    } catch (error) {
      throw new GrpcError(STATUS.INTERNAL, "a response is malformed", { cause: error });
    }
  }
}

function openOptions(options: CallOptions, clock: Clock): OpenOptions {
  const { metadata, timeoutMs, deadlineMs, signal, waitForReady, packs } = options;
  const endsMs = [
    deadlineMs ?? Number.POSITIVE_INFINITY,
    timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() + timeoutMs,
  ];
  const earliestMs = Math.min(...endsMs);
  return {
    signal,
    deadlineMs: Number.isFinite(earliestMs) ? earliestMs : undefined,
    ...(metadata === undefined ? {} : { metadata }),
    waitForReady: waitForReady ?? false,
    encoding: packs === true ? "gzip" : "identity",
  };
}

function miscounted(what: string): GrpcError {
  return new GrpcError(STATUS.INTERNAL, `this method has one response, ${what}`);
}

function ignore(): void {}
