import { create, type DescMethod, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { Clock } from "@signalbox/base";
import { GrpcError } from "../grpc-error.ts";
import { MessageStream } from "../message-stream.ts";
import { MessageWriter } from "../message-writer.ts";
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

/** One call of a method that has a schema. */
export class TypedClientCall implements RawClientListener {
  readonly #method: DescMethod;
  readonly #options: CallOptions;
  readonly #call: RawClientCall;
  readonly #writer: MessageWriter;
  readonly responses: MessageStream<Message>;
  #requests: AsyncIterator<Message> | undefined;
  #requestError: GrpcError | undefined;

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
    this.#writer = new MessageWriter(this.#call, options.packs === true);
  }

  /** Sends the only request. */
  async sendOne(request: Message): Promise<void> {
    await this.#pump(() => this.#writer.write(this.#encode(request)));
  }

  /** Sends requests as there is room for them, and asks for no more once the call is over. */
  async sendAll(requests: AsyncIterable<Message>): Promise<void> {
    await this.#pump(async () => {
      const iterator = requests[Symbol.asyncIterator]();
      this.#requests = iterator;
      await this.#writer.writeAll(iterator, (request) => this.#encode(request));
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
    this.#writer.wake();
  }

  onClose({ status, trailers }: ClientOutcome): void {
    this.#writer.wake();
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

  #encode(request: Message): Uint8Array {
    const { input } = this.#method;
    return toBinary(input, create(input, request));
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
