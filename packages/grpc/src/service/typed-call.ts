import { create, type DescMethod, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { GrpcError } from "../grpc-error.ts";
import { OK_STATUS, status } from "../grpc-status.ts";
import { MessageStream } from "../message-stream.ts";
import { Metadata } from "../metadata.ts";
import type { Peer } from "../peer.ts";
import type { CallOutcome, RawCallListener, RawServerCall } from "../server/raw-call.ts";
import { STATUS } from "../status.ts";
import type { CallContext } from "./call-context.ts";
import { createResponseWriter, type ResponseWriter } from "./response-writer.ts";

/** A method with its types taken off; the descriptor says which of the four it is. */
export type AnyMethod = (
  request: Message | AsyncIterable<Message>,
  context: CallContext,
) => Message | Promise<Message> | AsyncIterable<Message>;

/** One call of a method that has a schema. */
export class TypedCall implements RawCallListener, CallContext {
  readonly #call: RawServerCall;
  readonly descriptor: DescMethod;
  readonly #method: AnyMethod;
  readonly #writer: ResponseWriter;
  /** Where requests go when there are many. */
  readonly #requests: MessageStream<Message> | undefined;
  /** The request when there is one. */
  #request: Buffer | undefined;
  #responses: AsyncIterator<Message> | undefined;
  #trailers = Metadata.empty;

  constructor(call: RawServerCall, descriptor: DescMethod, method: AnyMethod) {
    this.#call = call;
    this.descriptor = descriptor;
    this.#method = method;
    this.#writer = createResponseWriter(call);
    const { methodKind } = descriptor;
    if (methodKind === "client_streaming" || methodKind === "bidi_streaming") {
      this.#requests = new MessageStream((message) => this.#decode(message), {
        pause: () => call.pause(),
        resume: () => call.resume(),
        // What the method does not read flows past.
        leave: () => call.resume(),
      });
      void this.#run(this.#requests);
    }
  }

  get metadata(): Metadata {
    return this.#call.metadata;
  }

  get peer(): Peer {
    return this.#call.peer;
  }

  get authority(): string {
    return this.#call.authority;
  }

  get userAgent(): string {
    return this.#call.userAgent;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get deadlineMs(): number | undefined {
    return this.#call.deadlineMs;
  }

  get timeLeftMs(): number | undefined {
    return this.#call.timeLeftMs;
  }

  sendHeaders(metadata: Metadata): void {
    this.#writer.sendHeaders(metadata);
  }

  setTrailers(trailers: Metadata): void {
    this.#trailers = trailers;
  }

  onMessage(message: Buffer): void {
    if (this.#requests !== undefined) this.#requests.push(message);
    else if (this.#request === undefined) this.#request = message;
    else this.#call.end(status(STATUS.INTERNAL, "this method takes one request, and got a second"));
  }

  onHalfClose(): void {
    if (this.#requests !== undefined) {
      this.#requests.end();
    } else if (this.#request === undefined) {
      this.#call.end(status(STATUS.INTERNAL, "this method takes one request, and got none"));
    } else {
      void this.#run(this.#decode(this.#request));
    }
  }

  onDrain(): void {
    this.#writer.messages.wake();
  }

  onClose({ status: told }: CallOutcome): void {
    this.#writer.messages.wake();
    this.#requests?.abort(new GrpcError(told.code, told.message));
    // A generator that waits elsewhere ends when it comes back; its signal tells it to.
    this.#responses?.return?.().catch(ignore);
  }

  async #run(request: Message | MessageStream<Message>): Promise<void> {
    try {
      const answer = this.#method(request, this);
      if (isStream(answer)) await this.#stream(answer);
      else await this.#writer.messages.write(this.#encode(await answer));
      this.#call.end(OK_STATUS, this.#trailers);
    } catch (error) {
      // Behind the end of its call, a method that stops with an error only does what it is told.
      if (!this.#call.isEnded) this.#call.fail(error);
    }
  }

  async #stream(answers: AsyncIterable<Message>): Promise<void> {
    const iterator = answers[Symbol.asyncIterator]();
    this.#responses = iterator;
    await this.#writer.messages.writeAll(iterator, (answer) => this.#encode(answer));
    this.#responses = undefined;
  }

  #encode(answer: Message): Uint8Array {
    const { output } = this.descriptor;
    return toBinary(output, create(output, answer));
  }

  #decode(message: Buffer): Message {
    try {
      return fromBinary(this.descriptor.input, message);
    } catch (error) {
      throw new GrpcError(STATUS.INVALID_ARGUMENT, "a request is malformed", { cause: error });
    }
  }
}

function isStream(
  answer: Message | Promise<Message> | AsyncIterable<Message>,
): answer is AsyncIterable<Message> {
  return Symbol.asyncIterator in answer;
}

function ignore(): void {}
