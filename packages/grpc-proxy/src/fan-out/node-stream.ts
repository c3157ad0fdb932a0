import type { CancelTimer, Clock } from "@signalbox/base";
import { type Metadata, STATUS, status, type StatusCode } from "@signalbox/grpc";
import type {
  Backend,
  OutgoingCall,
  OutgoingListener,
  OutgoingOutcome,
  OutgoingRequest,
} from "../backend.ts";
import { failureOfStatus, failureOfThrown, type NodeFailure } from "../envelope/node-failure.ts";

/** Who hears of a node's part of a call. */
export interface NodeOwner {
  onHeaders(node: NodeStream, metadata: Metadata): void;
  onReply(node: NodeStream, message: Buffer): void;
  /** Its queue has room again. */
  onRoom(): void;
  onSucceeded(node: NodeStream, trailers: Metadata): void;
  onFailed(node: NodeStream, failure: NodeFailure): void;
}

/** Bounds on what one node may hold back. */
export interface NodeLimits {
  readonly maxQueuedBytes: number;
  readonly stallBudgetMs: number;
}

/**
 * One node's part of a call to many: a queue of frames towards it, so that it need not be as fast
 * as the others, and its answers.
 */
export class NodeStream implements OutgoingListener {
  /** Its place in the request. */
  readonly index: number;
  readonly backend: Backend;
  readonly #owner: NodeOwner;
  readonly #clock: Clock;
  readonly #limits: NodeLimits;
  #out: OutgoingCall | undefined;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #isBlocked = false;
  #isHalfClosed = false;
  #hasAnswered = false;
  #code: StatusCode | undefined;
  #stopStallTimer: CancelTimer | undefined;

  constructor(index: number, backend: Backend, owner: NodeOwner, clock: Clock, limits: NodeLimits) {
    this.index = index;
    this.backend = backend;
    this.#owner = owner;
    this.#clock = clock;
    this.#limits = limits;
  }

  get name(): string {
    return this.backend.name;
  }

  /** How it ended; undefined before. */
  get code(): StatusCode | undefined {
    return this.#code;
  }

  get isEnded(): boolean {
    return this.#code !== undefined;
  }

  /** True while more of the request waits for it than may. */
  get isFull(): boolean {
    return this.#queuedBytes > this.#limits.maxQueuedBytes;
  }

  /** True once the request is on its way. */
  get isConnected(): boolean {
    return this.#hasAnswered || this.backend.isConnected;
  }

  /** Opens the call, and answers why it could not be. */
  open(request: OutgoingRequest): NodeFailure | undefined {
    try {
      this.#out = this.backend.open(request, this);
      return undefined;
    } catch (error) {
      return failureOfThrown(error);
    }
  }

  send(frame: Buffer): void {
    if (this.isEnded) return;
    if (!this.#isBlocked) {
      this.#isBlocked = this.#out?.write(frame) === false;
      return;
    }
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
    if (this.isFull) this.#stopStallTimer ??= this.#startStallTimer();
  }

  halfClose(): void {
    this.#isHalfClosed = true;
    if (this.#queue.length === 0) this.#out?.halfClose();
  }

  pause(): void {
    this.#out?.pause();
  }

  resume(): void {
    if (!this.isEnded) this.#out?.resume();
  }

  /** Ends its part, because of `failure`. */
  fail(failure: NodeFailure): void {
    if (this.isEnded) return;
    this.#end(failure.status.code);
    this.#out?.cancel(failure.status.message);
    this.#owner.onFailed(this, failure);
  }

  /** Nobody waits for it any more; nothing is told. */
  abandon(): void {
    if (this.isEnded) return;
    this.#end(STATUS.CANCELLED);
    this.#out?.cancel("nobody waits for this node any more");
  }

  onHeaders(metadata: Metadata): void {
    this.#hasAnswered = true;
    if (!this.isEnded) this.#owner.onHeaders(this, metadata);
  }

  onMessage(message: Buffer): void {
    if (!this.isEnded) this.#owner.onReply(this, message);
  }

  onDrain(): void {
    if (this.isEnded) return;
    this.#isBlocked = false;
    while (!this.#isBlocked) {
      const frame = this.#queue.shift();
      if (frame === undefined) break;
      this.#queuedBytes -= frame.length;
      this.#isBlocked = this.#out?.write(frame) === false;
    }
    if (this.#queue.length === 0 && this.#isHalfClosed) this.#out?.halfClose();
    if (this.isFull) return;
    this.#stopStalling();
    this.#owner.onRoom();
  }

  onClose(outcome: OutgoingOutcome): void {
    if (this.isEnded) return;
    this.#end(outcome.status.code);
    if (outcome.status.code === STATUS.OK) this.#owner.onSucceeded(this, outcome.trailers);
    else this.#owner.onFailed(this, failureOfStatus(outcome.status));
  }

  #startStallTimer(): CancelTimer {
    return this.#clock.after(this.#limits.stallBudgetMs, () => {
      const text = `the node does not take the request: ${this.#queuedBytes} bytes wait for it`;
      this.fail(failureOfStatus(status(STATUS.RESOURCE_EXHAUSTED, text)));
    });
  }

  #stopStalling(): void {
    this.#stopStallTimer?.();
    this.#stopStallTimer = undefined;
  }

  #end(code: StatusCode): void {
    this.#code = code;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#stopStalling();
  }
}
