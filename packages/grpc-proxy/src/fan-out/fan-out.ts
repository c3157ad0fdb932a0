import type { CancelTimer } from "@signalbox/base";
import {
  type CallOutcome,
  Metadata,
  OK_STATUS,
  type RawCallListener,
  type RawServerCall,
  STATUS,
  status,
} from "@signalbox/grpc";
import { failureOfStatus, type NodeFailure } from "../envelope/node-failure.ts";
import { outgoingRequest } from "../outgoing-request.ts";
import type { OneToMany } from "../plan.ts";
import type { ProxySettings } from "../proxy-options.ts";
import { ALL, isComplete } from "./completion.ts";
import { joinFailures } from "./hard-failures.ts";
import { type NodeOutcome, nodeStatusTrailers, wantsNodeStatus } from "./node-status.ts";
import { type NodeOwner, NodeStream } from "./node-stream.ts";
import type { Replies } from "./replies.ts";
import { StreamedReplies } from "./streamed-replies.ts";
import { UnaryReplies } from "./unary-replies.ts";

/** Starts a call to many machines, on all of them at once. */
export function fanOut(
  call: RawServerCall,
  plan: OneToMany,
  settings: ProxySettings,
): RawCallListener {
  const fan = new FanOut(call, plan, settings);
  fan.open();
  return fan;
}

const TIMED_OUT: NodeFailure = failureOfStatus(
  status(STATUS.DEADLINE_EXCEEDED, "the node did not answer before the deadline"),
);

/** One call to many machines: what the caller sends goes to each, what they answer to the caller. */
class FanOut implements RawCallListener, NodeOwner {
  readonly #call: RawServerCall;
  readonly #plan: OneToMany;
  readonly #settings: ProxySettings;
  readonly #nodes: readonly NodeStream[];
  readonly #replies: Replies;
  #timers: CancelTimer[] = [];
  #succeeded = 0;
  #failed = 0;
  #isHolding = false;
  #isOver = false;

  constructor(call: RawServerCall, plan: OneToMany, settings: ProxySettings) {
    const { clock, limits } = settings;
    this.#call = call;
    this.#plan = plan;
    this.#settings = settings;
    this.#nodes = plan.backends.map(
      (backend, index) => new NodeStream(index, backend, this, clock, limits),
    );
    this.#replies = settings.isStreamed(call.path)
      ? new StreamedReplies(call, this.#nodes)
      : new UnaryReplies(call, plan, limits.maxReplyBytes);
  }

  open(): void {
    this.#startTimers();
    const request = outgoingRequest(this.#call, "payloads");
    const refused = this.#nodes.map((node) => ({ node, failure: node.open(request) }));
    for (const { node, failure } of refused) {
      if (failure !== undefined) node.fail(failure);
    }
  }

  onMessage(frame: Buffer): void {
    for (const node of this.#nodes) node.send(frame);
    this.#holdCaller();
  }

  onHalfClose(): void {
    for (const node of this.#nodes) node.halfClose();
  }

  onDrain(): void {
    this.#replies.onDrain();
  }

  onClose(_outcome: CallOutcome): void {
    const outcomes = this.#close();
    if (outcomes !== undefined) this.#plan.onDone?.(outcomes);
  }

  onHeaders(node: NodeStream, metadata: Metadata): void {
    this.#replies.onHeaders(node, metadata);
  }

  onReply(node: NodeStream, message: Buffer): void {
    const failure = this.#replies.onMessage(node, message);
    if (failure !== undefined) node.fail(failure);
  }

  onRoom(): void {
    this.#holdCaller();
  }

  onSucceeded(node: NodeStream, trailers: Metadata): void {
    this.#succeeded++;
    this.#replies.onSucceeded(node, trailers);
    this.#checkComplete();
    this.#holdCaller();
  }

  onFailed(node: NodeStream, failure: NodeFailure): void {
    this.#failed++;
    this.#replies.onFailed(node, failure);
    this.#checkComplete();
    this.#holdCaller();
  }

  #startTimers(): void {
    const { clock, limits } = this.#settings;
    this.#timers.push(clock.after(limits.connectBudgetMs, () => this.#failUnconnected()));
    const leftMs = this.#call.timeLeftMs;
    if (leftMs === undefined) return;
    const earlierMs = Math.min(limits.partialAnswerMs, leftMs / 10);
    const onLate = (): void => this.#failEach(TIMED_OUT, () => true);
    this.#timers.push(clock.after(leftMs - earlierMs, onLate));
  }

  #failUnconnected(): void {
    const { connectBudgetMs } = this.#settings.limits;
    const text = `connection error: desc = "no connection within ${connectBudgetMs} ms"`;
    const failure = failureOfStatus(status(STATUS.UNAVAILABLE, text));
    this.#failEach(failure, (node) => !node.isConnected);
  }

  #failEach(failure: NodeFailure, isMeant: (node: NodeStream) => boolean): void {
    for (const node of this.#nodes) {
      if (!node.isEnded && isMeant(node)) node.fail(failure);
    }
  }

  /** The caller goes on when no node has more waiting for it than may. */
  #holdCaller(): void {
    const isFull = this.#nodes.some((node) => node.isFull);
    if (isFull === this.#isHolding) return;
    this.#isHolding = isFull;
    if (isFull) this.#call.pause();
    else this.#call.resume();
  }

  #checkComplete(): void {
    const progress = {
      nodes: this.#nodes.length,
      succeeded: this.#succeeded,
      failed: this.#failed,
    };
    if (!isComplete(this.#plan.completion ?? ALL, progress)) return;
    const outcomes = this.#close();
    if (outcomes === undefined) return;
    this.#answer(outcomes);
    this.#plan.onDone?.(outcomes);
  }

  #answer(outcomes: readonly NodeOutcome[]): void {
    const asked = wantsNodeStatus(this.#call.metadata);
    const statuses = asked ? nodeStatusTrailers(outcomes) : Metadata.empty;
    const { hardFailures, trailers } = this.#replies;
    if (hardFailures.length > 0) {
      this.#call.end(joinFailures(hardFailures), statuses);
      return;
    }
    this.#replies.flush();
    this.#call.end(OK_STATUS, trailers.concat(statuses));
  }

  /** Lets go of everything; answers how it went on each node, the first time. */
  #close(): readonly NodeOutcome[] | undefined {
    if (this.#isOver) return undefined;
    this.#isOver = true;
    for (const cancel of this.#timers) cancel();
    this.#timers = [];
    for (const node of this.#nodes) node.abandon();
    return this.#nodes.map(({ name, code }) => ({ name, code: code ?? STATUS.CANCELLED }));
  }
}
