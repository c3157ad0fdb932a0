import {
  type CallOutcome,
  GrpcError,
  type MessageForm,
  type Metadata,
  type RawCallListener,
  type RawServerCall,
  type StatusCode,
} from "@signalbox/grpc";
import type { OutgoingCall, OutgoingListener, OutgoingOutcome } from "../backend.ts";
import { outgoingRequest } from "../outgoing-request.ts";
import type { OneToOne } from "../plan.ts";

/**
 * One call to one machine, frames handed on as they are (node-api §1.3). A message is read only
 * when the one before it was taken by the other side; headers go on as soon as they come, and the
 * end is the machine's own, status and trailers.
 */
export function relay(call: RawServerCall, plan: OneToOne): RawCallListener {
  const machine = new MachineHalf(call, plan);
  const out = machine.open();
  return out === undefined ? IDLE : new CallerHalf(call, out, machine);
}

/** Hears the caller, and speaks to the machine. */
class CallerHalf implements RawCallListener {
  readonly #call: RawServerCall;
  readonly #out: OutgoingCall;
  readonly #machine: MachineHalf;

  constructor(call: RawServerCall, out: OutgoingCall, machine: MachineHalf) {
    this.#call = call;
    this.#out = out;
    this.#machine = machine;
  }

  onMessage(frame: Buffer): void {
    if (!this.#out.write(frame)) this.#call.pause();
  }

  onHalfClose(): void {
    this.#out.halfClose();
  }

  onDrain(): void {
    this.#out.resume();
  }

  onClose(outcome: CallOutcome): void {
    if (!this.#machine.close()) return;
    this.#out.cancel("the caller has gone");
    this.#machine.tell(outcome.status.code);
  }
}

/** Hears the machine, and speaks to the caller. Whoever ends first, ends the call here. */
class MachineHalf implements OutgoingListener {
  readonly #call: RawServerCall;
  readonly #plan: OneToOne;
  /** `plainFrames` where the caller cannot unpack. */
  readonly #messages: MessageForm;
  #out: OutgoingCall | undefined;
  #isOver = false;

  constructor(call: RawServerCall, plan: OneToOne) {
    this.#call = call;
    this.#plan = plan;
    this.#messages = call.acceptedEncodings.includes(OUR_ENCODING) ? "frames" : "plainFrames";
  }

  open(): OutgoingCall | undefined {
    try {
      this.#out = this.#plan.backends[0]?.open(outgoingRequest(this.#call, this.#messages), this);
    } catch (error) {
      this.close();
      this.#call.fail(error);
      this.tell(GrpcError.from(error).code);
    }
    return this.#out;
  }

  onHeaders(metadata: Metadata, encoding: string): void {
    this.#call.sendHeaders(metadata, this.#messages === "frames" ? { encoding } : {});
  }

  onMessage(frame: Buffer): void {
    if (!this.#call.write(frame)) this.#out?.pause();
  }

  onDrain(): void {
    this.#call.resume();
  }

  onClose({ status, trailers }: OutgoingOutcome): void {
    if (!this.close()) return;
    this.#call.end(status, trailers);
    this.tell(status.code);
  }

  /** Answers true the first time: which side ended first decides. */
  close(): boolean {
    const isFirst = !this.#isOver;
    this.#isOver = true;
    return isFirst;
  }

  /** Tells how it went. The last thing that is done: what it calls is not ours. */
  tell(code: StatusCode): void {
    this.#plan.onDone?.(this.#plan.backends.map(({ name }) => ({ name, code })));
  }
}

/** What channels tell machines that they take. A caller that does not take it gets plain messages. */
const OUR_ENCODING = "gzip";

const IDLE: RawCallListener = Object.freeze({
  onMessage: () => {},
  onHalfClose: () => {},
  onDrain: () => {},
  onClose: () => {},
});
