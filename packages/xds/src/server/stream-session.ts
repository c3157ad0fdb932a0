import type { Log } from "@signalbox/base";
import {
  type CallOutcome,
  GrpcError,
  OK_STATUS,
  type RawCallListener,
  type RawServerCall,
  STATUS,
} from "@signalbox/grpc";
import { assertNames } from "../stream/stream-limits.ts";
import type { StreamObserver } from "../stream/stream-observer.ts";
import type { Refusal } from "../stream/type-machine.ts";
import { type StreamSettings, XdsStream } from "../stream/xds-stream.ts";
import type { AnyAnswer, AnyRequest } from "../wire/any-message.ts";
import { UNKNOWN_NODE } from "../wire/decode-node.ts";
import type { Node } from "../wire/node.ts";
import type { AnswerTransform, StreamInfo } from "./callbacks.ts";
import { RequestPump } from "./request-pump.ts";
import { TokenBucket } from "./token-bucket.ts";
import type { XdsMetrics } from "./xds-metrics.ts";
import type { XdsServerSettings } from "./xds-server-options.ts";

export interface SessionOptions<Request extends AnyRequest, Answer extends AnyAnswer> {
  readonly id: number;
  /** Undefined for an aggregated stream. */
  readonly typeUrl: string | undefined;
  readonly call: RawServerCall;
  readonly settings: XdsServerSettings;
  readonly stream: StreamSettings<Request, Answer>;
  readonly metrics: XdsMetrics;
  /** Lines about refusals, of all streams of the server. */
  readonly refusalLines: TokenBucket;
  /** The transform's function for this dialect. */
  readonly transformOf: (transform: AnswerTransform) => ((answer: Answer) => Answer) | undefined;
  /** The stream is over. */
  readonly onEnd: () => void;
}

/**
 * Lines about the refusals of one stream. A client can ask and refuse thousands of times a second,
 * and would fill the disk with what is said of it.
 */
const REFUSAL_LINES = { perSecond: 1, atOnce: 10 };

/**
 * One call of a client: its messages decoded, checked and put in order, its callbacks called, its
 * end told once. What the protocol makes of the requests is the business of the stream.
 */
export class StreamSession<Request extends AnyRequest, Answer extends AnyAnswer>
  implements RawCallListener
{
  readonly #options: SessionOptions<Request, Answer>;
  readonly #pump: RequestPump<Buffer>;
  readonly #rate: TokenBucket;
  readonly #refusalLines: TokenBucket;
  readonly #log: Log;
  readonly #openedAt: number;
  #node: Node | undefined;
  #stream: XdsStream<Request, Answer> | undefined;
  #isEnded = false;
  #hasOtherId = false;
  /** What callbacks get; the same object for the life of the stream. */
  readonly info: StreamInfo;

  constructor(options: SessionOptions<Request, Answer>) {
    this.#options = options;
    const { id, call, settings, typeUrl, stream } = options;
    const { clock, limits } = settings;
    this.#openedAt = clock.now();
    this.#log = settings.log;
    this.#rate = new TokenBucket(clock, limits.maxRequestsPerSecond, limits.requestBurst);
    this.#refusalLines = new TokenBucket(clock, REFUSAL_LINES.perSecond, REFUSAL_LINES.atOnce);
    const node = (): Node | undefined => this.#node;
    this.info = {
      id,
      kind: stream.dialect.kind,
      typeUrl,
      peer: call.peer,
      metadata: call.metadata,
      openedAt: this.#openedAt,
      get node() {
        return node();
      },
    };
    this.#pump = new RequestPump({
      port: call,
      handle: (message) => this.#treat(message),
      onFault: (error) => this.fail(error),
    });
  }

  /** The stream's state; undefined until the client told who it is. */
  get stream(): XdsStream<Request, Answer> | undefined {
    return this.#stream;
  }

  open(): void {
    this.#pump.begin(() => this.#options.settings.callbacks.onStreamOpen?.(this.info));
  }

  onMessage(message: Buffer): void {
    this.#pump.push(message);
  }

  /** xds §2.2: the client is done, and so are we. */
  onHalfClose(): void {
    if (this.#isEnded) return;
    this.#release();
    this.#options.call.end(OK_STATUS);
  }

  onDrain(): void {
    this.#stream?.drained();
  }

  onClose(outcome: CallOutcome): void {
    this.#release();
    this.#options.onEnd();
    try {
      this.#options.settings.callbacks.onStreamClose?.(this.info, outcome);
    } catch (error) {
      this.#log.error({ err: error, stream: this.info.id }, "a callback failed");
    }
  }

  /** Ends the stream for a reason that the client is told, as far as it is meant for it. */
  fail(error: unknown): void {
    if (this.#isEnded) return;
    this.#release();
    this.#options.call.fail(error);
  }

  #release(): void {
    this.#isEnded = true;
    this.#pump.close();
    this.#stream?.close();
  }

  #treat(message: Buffer): void | Promise<void> {
    const request = this.#read(message);
    const stream = this.#stream;
    if (stream !== undefined) {
      return afterwards(this.#heedNode(stream, request.node), () => this.#receive(stream, request));
    }
    const node = request.node ?? UNKNOWN_NODE;
    if (this.#options.settings.requireNodeId && node.id === "") {
      throw new GrpcError(STATUS.INVALID_ARGUMENT, "the node has no id");
    }
    this.#node = node;
    return afterwards(this.#options.settings.callbacks.onNode?.(this.info, node), () =>
      this.#receive(this.#openStream(node), request),
    );
  }

  #read(message: Buffer): Request {
    const { settings, metrics, stream } = this.#options;
    const { limits } = settings;
    if (!this.#rate.take()) {
      metrics.refused("rate");
      throw new GrpcError(STATUS.RESOURCE_EXHAUSTED, "too many requests");
    }
    if (message.length > limits.maxMessageBytes) {
      const text = `a request is longer than ${limits.maxMessageBytes} bytes`;
      throw new GrpcError(STATUS.RESOURCE_EXHAUSTED, text);
    }
    const decoded = stream.dialect.decode(message);
    if (!decoded.ok) throw new GrpcError(STATUS.INVALID_ARGUMENT, decoded.error);
    const request = this.#withType(decoded.value);
    assertNames([request.typeUrl], limits);
    assertNames(stream.dialect.namesOf(request), limits);
    return request;
  }

  /** xds §2.2: aggregated streams must name a type, the others may name but their own. */
  #withType(request: Request): Request {
    const { typeUrl: own, settings, stream } = this.#options;
    if (request.typeUrl === own) return request;
    if (request.typeUrl === "") {
      if (own !== undefined) return stream.dialect.withType(request, own);
      throw new GrpcError(STATUS.INVALID_ARGUMENT, "type_url is required on aggregated streams");
    }
    if (own === undefined || settings.allowForeignTypes) return request;
    throw new GrpcError(STATUS.INVALID_ARGUMENT, `this stream serves ${own} alone`);
  }

  /**
   * A client does not turn into another one, but what it says of itself may change, and with that
   * its group (xds §2.2, §5).
   */
  #heedNode(stream: XdsStream<Request, Answer>, node: Node | undefined): void | Promise<void> {
    const before = this.#node ?? UNKNOWN_NODE;
    if (node === undefined || Buffer.compare(node.bytes, before.bytes) === 0) return undefined;
    if (node.id !== before.id) {
      if (!this.#hasOtherId) {
        const fields = { stream: this.info.id, node: before.id };
        this.#log.warn(fields, "a client changed its node id");
      }
      this.#hasOtherId = true;
      return undefined;
    }
    this.#node = node;
    return afterwards(this.#options.settings.callbacks.onNodeChange?.(this.info, before), () =>
      stream.nodeChanged(node),
    );
  }

  #receive(stream: XdsStream<Request, Answer>, request: Request): void | Promise<void> {
    const { settings, metrics } = this.#options;
    const kind = stream.type(request.typeUrl)?.ledger.peek(request) ?? "spontaneous";
    metrics.request(this.info.kind, request.typeUrl, kind);
    return afterwards(settings.callbacks.onRequest?.(this.info, { request, kind }), () =>
      stream.receive(request),
    );
  }

  #openStream(node: Node): XdsStream<Request, Answer> {
    const { settings, stream, call, transformOf } = this.#options;
    const transform = settings.callbacks.transformResponse?.(this.info);
    this.#stream = new XdsStream(stream, {
      node,
      port: call,
      observer: this.#observer(),
      transform: transform && transformOf(transform),
      onFault: (error) => this.fail(error),
    });
    if (this.#isEnded) this.#stream.close();
    return this.#stream;
  }

  #logRefusal({ typeUrl, version, error }: Refusal): void {
    if (!this.#refusalLines.take() || !this.#options.refusalLines.take()) return;
    const fields = { stream: this.info.id, node: this.#node?.id, typeUrl, version, error };
    this.#log.warn(fields, "a client refused an answer");
  }

  #observer(): StreamObserver<Answer> {
    const { info } = this;
    const { metrics, settings } = this.#options;
    const { callbacks } = settings;
    return {
      onAck: (ack) => {
        metrics.acked(info.kind, ack);
        callbacks.onAck?.(info, ack);
      },
      onNack: (refusal) => {
        this.#logRefusal(refusal);
        callbacks.onNack?.(info, refusal);
      },
      onConverged: (typeUrl, tookMs) => metrics.converged(info.kind, typeUrl, tookMs),
      onCoalesced: (typeUrl) => metrics.coalesced(info.kind, typeUrl),
      onSubscriptionChange: (typeUrl, change) =>
        callbacks.onSubscriptionChange?.(info, typeUrl, change),
      onSent: (event) => {
        metrics.sent(info.kind, event);
        callbacks.onResponse?.(info, event);
      },
    };
  }
}

/** Goes on at once where nothing is waited for. */
function afterwards(
  first: void | Promise<void>,
  act: () => void | Promise<void>,
): void | Promise<void> {
  return first === undefined ? act() : first.then(act);
}
