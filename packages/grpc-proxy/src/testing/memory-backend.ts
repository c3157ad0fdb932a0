import { Metadata, type GrpcStatus } from "@signalbox/grpc";
import type { Backend, OutgoingCall, OutgoingListener, OutgoingRequest } from "../backend.ts";
import { type Envelope, metadataEnvelope } from "../envelope/envelope.ts";

/** A machine that answers when the test says so, and checks the rules of the port. */
export class MemoryBackend implements Backend, OutgoingCall {
  readonly name: string;
  readonly envelope: Envelope = metadataEnvelope;
  isConnected = true;
  /** What `write` answers. */
  hasRoom = true;
  isPaused = false;
  isClosed = false;
  isCancelled = false;
  readonly got: Buffer[] = [];
  #listener: OutgoingListener | undefined;

  constructor(name: string) {
    this.name = name;
  }

  open(_request: OutgoingRequest, listener: OutgoingListener): OutgoingCall {
    this.#listener = listener;
    return this;
  }

  /** False once nothing more can come of the call. */
  get isLive(): boolean {
    return !this.isClosed && !this.isCancelled;
  }

  say(message: Buffer): void {
    if (this.isLive && !this.isPaused) this.#listener?.onMessage(message);
  }

  block(): void {
    this.hasRoom = false;
  }

  drain(): void {
    this.hasRoom = true;
    if (this.isLive) this.#listener?.onDrain();
  }

  close(status: GrpcStatus): void {
    if (!this.isLive || this.isPaused) return;
    this.isClosed = true;
    this.#listener?.onClose({ status, trailers: Metadata.empty });
  }

  write(frame: Buffer): boolean {
    this.got.push(frame);
    return this.hasRoom;
  }

  halfClose(): void {}

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  cancel(): void {
    if (this.isClosed) throw new Error("cancelled behind its end");
    this.isCancelled = true;
  }
}
